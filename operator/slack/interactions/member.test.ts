import { describe, expect, it, onTestFinished } from 'vitest';
import { DESK_TEAM } from '../../../tools/slack-desk/desk.ts';
import { startSlackDesk } from '../../../tools/slack-desk/start.ts';
import { secretsFromEnvironment } from '../connection/secrets.ts';
import { SlackWeb } from '../connection/web.ts';
import { membershipOf } from './member.ts';

const MIA = 'U0MIA00001';

const ORG = 'E0ACME0001';

async function membership(flags: object, user = MIA, enterprise?: string) {
  const desk = await startSlackDesk({
    transport: 'http',
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    users: [{ id: MIA, name: 'mia', ...flags }],
    channels: [],
    ...(enterprise ? { enterprise: { id: enterprise } } : {}),
  });
  onTestFinished(() => desk.close());
  const secrets = secretsFromEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1' });
  const web = new SlackWeb({ secrets, slackApiUrl: desk.apiUrl });
  return { desk, ask: async () => membershipOf(web, user, await web.identity()) };
}

describe('who clicks', () => {
  it('is a full member of the workspace', async () => {
    expect(await (await membership({})).ask()).toEqual({ state: 'Full' });
  });

  it.each([
    ['a guest', { is_restricted: true }, 'guests'],
    ['a guest of one channel', { is_ultra_restricted: true }, 'guests'],
    ['deactivated', { deleted: true }, 'deactivated'],
    ['of another workspace', { team_id: 'T0OTHER001' }, 'another workspace'],
    ['a stranger in a shared channel', { is_stranger: true }, 'another workspace'],
    ['a bot', { is_bot: true }, 'bots'],
    ['only invited', { is_invited_user: true }, 'invitation'],
  ])('is refused as %s, and told so', async (_, flags, why) => {
    expect(await (await membership(flags)).ask()).toMatchObject({
      state: 'Refused',
      why: expect.stringContaining(why),
    });
  });

  it('is refused when no longer in the list of members', async () => {
    const { ask } = await membership({}, 'U0GONE0001');
    expect(await ask()).toMatchObject({ state: 'Refused', why: expect.stringContaining('list of members') });
  });

  it('is asked for anew at each click: who was deactivated meanwhile is refused', async () => {
    const { desk, ask } = await membership({});
    expect(await ask()).toEqual({ state: 'Full' });
    desk.setUser(MIA, { deleted: true });
    expect(await ask()).toMatchObject({ state: 'Refused' });
  });

  it('is unknown, and so counts for nothing, while Slack does not answer', async () => {
    const { desk, ask } = await membership({});
    desk.faults.next('users.info', { status: 500 });
    expect(await ask()).toEqual({ state: 'Unknown' });
  });

  it('is unknown where Slack’s answer names nobody', async () => {
    const web = { user: () => Promise.resolve(undefined) } as unknown as SlackWeb;
    expect(await membershipOf(web, MIA, { team: DESK_TEAM, enterprise: ORG })).toEqual({ state: 'Unknown' });
  });
});

describe('who clicks, on Enterprise Grid', () => {
  const inOrg = (...teams: string[]) => ({ enterprise_user: { enterprise_id: ORG, teams } });
  const both = inOrg(DESK_TEAM, 'T0SECOND01');

  it.each<[string, object]>([
    ['the organisation’s', { team_id: ORG, ...both }],
    ['another workspace’s', { team_id: 'T0SECOND01', ...both }],
    ['nobody’s', { team_id: null, ...both }],
    ['the organisation’s, and no list of workspaces', { team_id: ORG }],
  ])('is a full member by the list of workspaces, where the account’s team is %s', async (_, flags) => {
    expect(await (await membership(flags, MIA, ORG)).ask()).toEqual({ state: 'Full' });
  });

  it.each<[string, object]>([
    [
      'of the organisation who is in another workspace alone',
      { team_id: 'T0SECOND01', ...inOrg('T0SECOND01') },
    ],
    ['of the organisation who is in none of its workspaces', { team_id: ORG, ...inOrg() }],
    [
      'of another organisation',
      { team_id: 'T0OTHER001', enterprise_user: { enterprise_id: 'E0OTHER001', teams: [DESK_TEAM] } },
    ],
    ['who is a stranger in a shared channel', { ...both, is_stranger: true }],
    ['of another workspace, without a list', { team_id: 'T0OTHER001' }],
  ])('is refused as somebody %s', async (_, flags) => {
    expect(await (await membership(flags, MIA, ORG)).ask()).toMatchObject({
      state: 'Refused',
      why: 'you belong to another workspace.',
    });
  });

  it('is refused as a guest, whatever workspaces are listed', async () => {
    const { ask } = await membership({ team_id: ORG, ...both, is_restricted: true }, MIA, ORG);
    expect(await ask()).toMatchObject({ state: 'Refused', why: 'guests do not decide.' });
  });

  it('counts by no list of workspaces where ours belongs to no organisation', async () => {
    expect(await (await membership({ team_id: 'T0SECOND01', ...both })).ask()).toMatchObject({
      state: 'Refused',
    });
    expect(await (await membership({ team_id: null })).ask()).toMatchObject({ state: 'Refused' });
  });
});
