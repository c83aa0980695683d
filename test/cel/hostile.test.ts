import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CHECKPOINT_COST_LIMIT, Meter, RULE_COST_LIMIT } from '../../operator/cel/cost.ts';
import { contextProblems } from '../../operator/model/context-bounds.ts';
import { compileRule } from '../../operator/rules/compile.ts';
import { RuleRegistry } from '../../operator/rules/registry.ts';
import { type Hostile, hostileRules } from './hostile.ts';
import { checkpoint, variables } from './ours.ts';

/** More than a checkpoint may cost together. */
const RULES = 6;

/** How often each is measured. */
const TIMES = 5;

/** What nothing comes near on any machine: the promise is a cost, and what it takes is printed. */
const FAR_BEYOND_MS = 2_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const HOSTILE = hostileRules();

describe('a condition that is made to be dear', () => {
  it.each(HOSTILE)('ends alike each time, within the limit: $condition', ({ condition, context }) => {
    expect(contextProblems(context)).toEqual([]);
    const compiled = compileRule({ condition });
    if (!compiled.ok) throw new Error(compiled.problems[0]?.message);
    const [first, second] = [1, 2].map(() => {
      const meter = new Meter('one rule', RULE_COST_LIMIT);
      const result = compiled.condition?.evaluate(variables(context), meter);
      return { spent: meter.spent, result };
    });
    expect(first).toEqual(second);
    const beyond = first !== undefined && first.spent > RULE_COST_LIMIT;
    if (beyond) expect(first.result).toMatchObject({ code: 'cost_limit' });
  });
});

it('is one of sixty and more, none of which costs the operator much, however many are for one checkpoint', () => {
  expect(HOSTILE.length).toBeGreaterThanOrEqual(60);
  const measured = HOSTILE.map((hostile) => ({ ...hostile, ...measure(hostile) }));
  const [slowest] = measured.toSorted((a, b) => b.milliseconds - a.milliseconds);
  const [largest] = measured.toSorted((a, b) => b.megabytes - a.megabytes);
  console.log(
    `${HOSTILE.length} hostile rules, ${RULES} times each for one checkpoint of ${CHECKPOINT_COST_LIMIT} units: at most ` +
      `${slowest?.milliseconds.toFixed(0)} ms of CPU (${slowest?.condition}), ` +
      `${largest?.megabytes.toFixed(1)} MB (${largest?.condition})`,
  );
  expect(slowest?.milliseconds).toBeLessThan(FAR_BEYOND_MS);
});

/** Medians after a first time, in which an engine compiles. The memory is all that is not collected at the end. */
function measure({ condition, context }: Hostile): { milliseconds: number; megabytes: number } {
  const registry = new RuleRegistry();
  for (let i = 0; i < RULES; i += 1) registry.set(rule(i, condition));
  const input = { checkpoint: checkpoint(context), namespaceLabels: {} };
  const first = registry.evaluate(input);
  const times = Array.from({ length: TIMES }, () => {
    collectGarbage();
    const heap = process.memoryUsage().heapUsed;
    const started = process.cpuUsage();
    const results = registry.evaluate(input);
    const { user, system } = process.cpuUsage(started);
    const megabytes = (process.memoryUsage().heapUsed - heap) / 1e6;
    expect(results).toEqual(first);
    return { milliseconds: (user + system) / 1000, megabytes };
  });
  return {
    milliseconds: median(times.map(({ milliseconds }) => milliseconds)),
    megabytes: median(times.map(({ megabytes }) => megabytes)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rule(i: number, condition: string) {
  return {
    apiVersion: 'approvalgate.dev/v1alpha1' as const,
    kind: 'CheckpointRule' as const,
    metadata: { name: `rule-${i}`, namespace: 'shop', uid: `uid-${i}`, generation: 1 },
    spec: { actions: ['*'], decision: 'AutoApprove' as const, condition },
  };
}
