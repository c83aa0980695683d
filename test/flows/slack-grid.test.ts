import { describe, expect, it } from 'vitest';
import { replyTo } from '../../operator/slack/interactions/replies.ts';
import { CHANNEL, MIA, TOM } from '../../tools/environment/environment.ts';
import { apply } from '../../tools/environment/people.ts';
import { DESK_TEAM, type UserFlags } from '../../tools/slack-desk/desk.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const ORG = 'E0ACME0001';
const SECOND = 'T0SECOND01';
const IN_BOTH = { enterprise_user: { enterprise_id: ORG, teams: [DESK_TEAM, SECOND] } };

const environment = withEnvironment({
  transport: 'http',
  channel: CHANNEL,
  desk: { enterprise: { id: ORG } },
});
const desk = () => environment().product.desk;

/** Asks, and clicks Approve as if from `team`; what the person is told, and how to read the object. */
async function clickFrom(team: string | null, user: string, flags: UserFlags, enterprise = ORG) {
  desk().setUser(user, flags);
  const ns = await environment().namespace();
  const asked = await ns.ask();
  const { ts } = await ns.posted(asked);
  const payload = await desk().person(user).clickPayload(ts, 'approvalgate_approve');
  const before = desk().ephemerals(user).length;
  await desk().send({ ...payload, team: team && { id: team }, enterprise: { id: enterprise } });
  const said = await eventually('the click is answered', () => desk().ephemerals(user)[before]?.text);
  return { ns, asked, said };
}

describe('a click in an organisation of several workspaces', () => {
  it('from another workspace is judged by the link of that very account', async () => {
    const { said } = await clickFrom(SECOND, MIA, { team_id: SECOND, ...IN_BOTH });
    expect(said).toContain(`name: ${SECOND}-${MIA}`.toLowerCase());
    await apply(environment().controlPlane, {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'ReviewerIdentity',
      metadata: { name: `${SECOND}-${MIA}`.toLowerCase() },
      spec: { username: 'mia', slack: { team: SECOND, user: MIA } },
    });
    const { ns, asked } = await clickFrom(SECOND, MIA, { team_id: SECOND, ...IN_BOTH });
    expect((await ns.decided(asked)).status?.decision).toMatchObject({
      outcome: 'Approved',
      decidedBy: { name: 'mia' },
    });
  });

  it.each([
    ['the organisation’s', ORG, SECOND],
    ['another workspace’s', SECOND, SECOND],
    ['nobody’s', null, SECOND],
    ['the organisation’s', ORG, null],
    ['another workspace’s', SECOND, null],
    ['nobody’s', null, null],
  ])('counts where the account’s team is %s (%s) and the click’s is %s', async (_, accountTeam, team) => {
    const { ns, asked, said } = await clickFrom(team, MIA, { team_id: accountTeam, ...IN_BOTH });
    expect(said).toBe(replyTo({ outcome: 'Recorded' }, 'Approve').text);
    expect((await ns.decided(asked)).status?.decision?.outcome).toBe('Approved');
  });

  it.each<[string, string | null, UserFlags, string]>([
    ['a guest', SECOND, { team_id: ORG, ...IN_BOTH, is_restricted: true }, 'guests do not decide.'],
    ['a stranger', null, { team_id: ORG, ...IN_BOTH, is_stranger: true }, 'you belong to another workspace.'],
    [
      'somebody in another workspace alone',
      SECOND,
      { team_id: SECOND, enterprise_user: { enterprise_id: ORG, teams: [SECOND] } },
      'you belong to another workspace.',
    ],
  ])('of %s counts for nothing', async (_, team, flags, why) => {
    const { ns, asked, said } = await clickFrom(team, TOM, flags);
    expect(said).toBe(replyTo({ outcome: 'NotMember', why }, 'Approve').text);
    expect((await ns.read(asked))?.status?.decision).toBeUndefined();
  });

  it('from another organisation is not ours, whoever clicks', async () => {
    const { ns, asked, said } = await clickFrom(
      'T0OTHER001',
      MIA,
      { team_id: ORG, ...IN_BOTH },
      'E0OTHER001',
    );
    expect(said).toBe(replyTo({ outcome: 'NotOurs' }, 'Approve').text);
    expect((await ns.read(asked))?.status?.decision).toBeUndefined();
  });
});
