import { describe, expect, it, onTestFinished } from 'vitest';
import { DESK_TEAM, startSlackDesk } from '../../tools/slack-desk/desk.ts';
import { membershipOf } from './member.ts';
import { secretsFromEnvironment } from './secrets.ts';
import { SlackWeb } from './web.ts';

const MIA = 'U0MIA00001';

async function membership(flags: object, user = MIA) {
  const desk = await startSlackDesk({
    transport: 'http',
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    users: [{ id: MIA, name: 'mia', ...flags }],
    channels: [],
  });
  onTestFinished(() => desk.close());
  const secrets = secretsFromEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1' });
  const web = new SlackWeb({ secrets, slackApiUrl: desk.apiUrl });
  return { desk, ask: () => membershipOf(web, user, DESK_TEAM) };
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
});
