import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { Agent } from '../../tools/environment/agent.ts';
import { agentIn, apply, approver, link } from '../../tools/environment/people.ts';
import { eventually } from '../support/eventually.ts';
import { RULES } from './support/shapes.ts';
import { CHANNELS, MIA } from './support/slack.ts';
import { clean, installed, type World } from './support/world.ts';

const NAMESPACE = 'shop';

let world: World;
let agent: Agent;

beforeAll(async () => {
  await clean();
  world = await installed();
  const { cluster } = world.node;
  agent = new Agent(await agentIn(cluster, NAMESPACE), NAMESPACE);
  await approver(cluster, NAMESPACE, 'mia');
  await link(cluster, MIA, 'mia');
  for (const [name, spec] of Object.entries(RULES)) {
    const metadata = { name, namespace: NAMESPACE };
    await apply(cluster, { apiVersion: 'approvalgate.dev/v1alpha1', kind: 'CheckpointRule', metadata, spec });
  }
  await cluster.mustKubectl([
    'wait',
    '--for=condition=Ready',
    'ckptr',
    '--all',
    '-n',
    NAMESPACE,
    '--timeout=60s',
  ]);
});

afterAll(() => agent?.close());

function decided(asked: Checkpoint): Promise<Checkpoint> {
  return agent.decision(asked, AbortSignal.timeout(120_000));
}

test('helm install --wait ends with two operators that are ready, one of them the leader', async () => {
  const pods = await world.release.pods();
  expect(pods).toHaveLength(2);
  expect(pods).toContain(await world.release.leader());
});

test('a rule decides', async () => {
  const { status } = await decided(await agent.ask({ action: 'process_refund', context: { amount: 12 } }));
  expect(status?.decision).toMatchObject({ outcome: 'Approved', reason: 'RuleApproved' });
});

test('a click decides', async () => {
  const asked = await agent.ask({ action: 'wire_transfer_0', context: { amount: 980 } });
  const { namespace, name } = asked.metadata;
  const messageID = await eventually('it is posted', async () => {
    const found = await world.admin.get<Checkpoint>(CHECKPOINTS, { namespace: namespace ?? '', name });
    return found?.status?.notifications?.find(({ state }) => state === 'Sent')?.messageID;
  });
  await world.desk.sockets.untilOpen();
  const mia = world.desk.person(MIA);
  const click = await mia.clickPayload(messageID, 'approvalgate_approve', CHANNELS[0]);
  expect((await world.desk.send(click)).acked).toBe(true);
  const { status } = await decided(asked);
  expect(status?.decision).toMatchObject({
    outcome: 'Approved',
    reason: 'PersonApproved',
    decidedBy: { type: 'Person', name: 'mia' },
  });
});

test('the deadline decides', async () => {
  const asked = await agent.ask({ action: 'change_limit', context: { limit: 5000 }, timeoutSeconds: 10 });
  const { status } = await decided(asked);
  expect(status?.decision).toMatchObject({ outcome: 'TimedOut', reason: 'Unanswered' });
});
