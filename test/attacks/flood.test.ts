import { expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { withEnvironment } from '../support/environment.ts';

const environment = withEnvironment({});
const FLOOD = 200;
/** What may stand before the other namespace: a turn each for the workers that began before it, and as many again. */
const HELD_UP_BY = 40;

/** Two of them cost most of what one checkpoint may: see docs/rules.md. */
const DEAR = 'orders.exists(a, refunds.exists(b, a == b && a < 0))';
const list = (from: number) => Array.from({ length: 125 }, (_, i) => from + i);

it('an agent that floods its namespace with what rules are slow on holds up no other namespace', async () => {
  const { product } = environment();
  const hostile = await environment().namespace();
  const other = await environment().namespace();
  for (const name of ['honest', 'thorough'])
    await hostile.rule(name, { condition: DEAR, decision: 'AutoDeny' });
  // A denial is decided in its first pass; what a rule approves is confirmed first, which takes what the API server takes.
  await other.rule('none', { condition: 'recipients > 0 && recipients < 50', decision: 'AutoDeny' });
  await product.operator.stop();
  await product.startOperator(['--roles', 'webhook']);
  const context = { orders: list(0), refunds: list(1000) };
  for (let asked = 0; asked < FLOOD; asked += 20)
    await Promise.all(Array.from({ length: 20 }, () => hostile.ask({ context })));
  const byRule = await other.ask({ context: { recipients: 5 } });
  await product.operator.stop();

  const order = seenInOrder();
  await product.startOperator();
  expect((await other.decided(byRule)).status?.decision?.reason).toBe('RuleDenied');
  const { names, evaluated } = await order(FLOOD + 1);
  expect(names.indexOf(byRule.metadata.name)).toBeLessThan(HELD_UP_BY);
  expect(
    evaluated.flatMap(({ status }) => status?.evaluations ?? []).filter(({ result }) => result === 'Error'),
  ).toEqual([]);
});

/** Follows the checkpoints; then gives them in the order in which they were first evaluated, once there are so many. */
function seenInOrder(): (wanted: number) => Promise<{ names: string[]; evaluated: Checkpoint[] }> {
  const ended = new AbortController();
  const evaluated = new Map<string, Checkpoint>();
  const seen = Promise.withResolvers<void>();
  let enough = Number.POSITIVE_INFINITY;
  const follow = async (): Promise<void> => {
    const query = { timeoutSeconds: 600 };
    for await (const { object } of environment().admin.watch<Checkpoint>(CHECKPOINTS, query, ended.signal)) {
      const { status, metadata } = object;
      if (status?.requirements || status?.decision) evaluated.set(metadata.name, object);
      if (evaluated.size >= enough) seen.resolve();
    }
  };
  const following = follow().catch((error: unknown) => {
    if (!ended.signal.aborted) seen.reject(error);
  });
  return async (wanted) => {
    enough = wanted;
    if (evaluated.size < wanted) await seen.promise;
    ended.abort();
    await following;
    return { names: [...evaluated.keys()], evaluated: [...evaluated.values()] };
  };
}
