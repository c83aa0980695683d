import { expect, it } from 'vitest';
import { API_VERSION, REVIEWER_IDENTITIES } from '../../crds/names.ts';
import { CHANNEL } from '../../tools/environment/environment.ts';
import { DESK_TEAM } from '../../tools/slack-desk/desk.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

/** More than the operator has connections to the API server, where each review waits for its webhook; as many as Slack tells of in a minute. */
const PEOPLE = Array.from({ length: 99 }, (_, i) => ({
  id: `U0CROWD${String(i).padStart(3, '0')}`,
  name: `crowd-${i}`,
}));
const CROWD = 'crowd';

const environment = withEnvironment({
  transport: 'http',
  channel: CHANNEL,
  desk: { users: PEOPLE, channels: [{ id: CHANNEL, name: 'approvals' }] },
});

it('who clicks together with many others is recorded too, or told that it is decided', async () => {
  const { controlPlane, admin, product } = environment();
  const ns = await environment().namespace();
  await ns.rule('many', { decision: 'RequireApproval', approval: { minApprovals: 10 } });
  const role = ['--clusterrole=approvalgate-approver-verbs', `--group=${CROWD}`];
  await controlPlane.mustKubectl(['create', 'rolebinding', CROWD, '-n', ns.namespace, ...role]);
  for (const { id, name } of PEOPLE) {
    await admin.create(REVIEWER_IDENTITIES, {
      apiVersion: API_VERSION,
      kind: 'ReviewerIdentity',
      metadata: { name: `${DESK_TEAM}-${id}`.toLowerCase() },
      spec: { username: name, groups: [CROWD], slack: { team: DESK_TEAM, user: id } },
    } as never);
  }
  const asked = await ns.ask();
  const message = await ns.posted(asked);
  const payloads = [];
  for (const { id } of PEOPLE) {
    payloads.push(await product.desk.person(id).clickPayload(message, 'approvalgate_approve'));
  }
  // All see the same message: one that is written again meanwhile asks the later ones to look once more.
  product.desk.faults.next('chat.update', { hang: true }, PEOPLE.length);
  await Promise.all(payloads.map((payload) => product.desk.send(payload)));
  const answers = await eventually('everybody is answered', () => {
    const told = PEOPLE.flatMap(({ id }) => product.desk.ephemerals(id).map(({ text }) => text));
    return told.length === PEOPLE.length ? told : undefined;
  });
  expect(answers.filter((text) => !/is recorded|already decided/.test(text))).toEqual([]);
  expect((await ns.decided(asked)).status?.decision?.reason).toBe('PersonApproved');
});
