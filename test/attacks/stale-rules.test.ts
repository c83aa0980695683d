import { once } from 'node:events';
import { expect, it } from 'vitest';
import { CHECKPOINT_RULES, CHECKPOINTS, type ResourceType } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { FRESH_MS } from '../../operator/model/time.ts';
import { withApiServer } from '../support/api-server.ts';
import { runController } from '../support/controller.ts';
import { eventually } from '../support/eventually.ts';

const apiServer = withApiServer();
const RULE = { namespace: 'default', name: 'small' };

/** The operator's own client, whose watch of one kind brings everything late from the moment that it is told to. */
function slowOn(kind: ResourceType, client: KubeClient) {
  const late = Promise.withResolvers<void>();
  const speed = { slow: false, arrive: () => late.resolve() };
  async function* watch(type: ResourceType, ...rest: [never, AbortSignal, () => void]) {
    const [, signal] = rest;
    for await (const event of client.watch(type, ...rest)) {
      if (type.plural === kind.plural && speed.slow)
        await Promise.race([late.promise, once(signal, 'abort')]);
      signal.throwIfAborted();
      yield event;
    }
  }
  const slow = new Proxy(client, {
    get(target, key) {
      if (key === 'watch') return watch;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { client: slow, speed };
}

function passed(ms: number): Promise<true> {
  const start = performance.now();
  return eventually(`${ms} ms have passed`, () => (performance.now() - start > ms ? true : undefined));
}

function decisionOf({ metadata }: Checkpoint): Promise<Checkpoint | undefined> {
  return apiServer().admin.get<Checkpoint>(CHECKPOINTS, { namespace: 'default', name: metadata.name });
}

it('a rule that was just deleted approves nothing through a watch that has not brought its end', async () => {
  const { client, speed } = slowOn(CHECKPOINT_RULES, apiServer().operator);
  const created = await apiServer().admin.create<Checkpoint>(CHECKPOINT_RULES, {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'CheckpointRule',
    metadata: RULE,
    spec: { actions: ['process_refund'], condition: 'action != ""', decision: 'AutoApprove' },
  } as never);
  await runController(client);
  const before = await apiServer().asked();
  const reason = await eventually(
    'the rule approves',
    async () => (await decisionOf(before))?.status?.decision,
  );
  expect(reason.reason).toBe('RuleApproved');
  speed.slow = true;
  await apiServer().admin.delete(CHECKPOINT_RULES, RULE, { uid: created.metadata.uid ?? '' });
  await passed(FRESH_MS);
  const asked = await apiServer().asked();
  await passed(3_000);
  expect((await decisionOf(asked))?.status?.decision).toBeUndefined();
  speed.arrive();
  const { status } = await eventually('a person is asked', async () => {
    const found = await decisionOf(asked);
    return found?.status?.requirements ? found : undefined;
  });
  expect(status?.decision).toBeUndefined();
});
