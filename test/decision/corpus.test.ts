import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CheckpointStatus } from '../../crds/types.ts';
import { whyAsked } from '../../operator/decision/causes.ts';
import type { Plan } from '../../operator/decision/decide.ts';
import { at, type Case, type Expectation, run } from './case.ts';

const folder = join(import.meta.dirname, 'corpus');

for (const file of readdirSync(folder).sort()) {
  describe(`decisions: ${file.replace('.yaml', '')}`, () => {
    const cases = parse(readFileSync(join(folder, file), 'utf8')) as readonly Case[];
    it.each(cases)('$name', (testCase) => {
      const plan = run(testCase);
      const wanted = testCase.expect;
      expect(Object.keys(wanted)).not.toHaveLength(0);
      expect(pick(seen(plan), wanted)).toEqual(wanted);
      expectLegal(plan, testCase);
    });
  });
}

/** The plan in the words of an expectation. */
function seen({ status, lookAgainAt, needs }: Plan): Required<Expectation> {
  return {
    ...seenDecision(status),
    why: whyAsked(status),
    causes: whyAsked(status).length,
    requirements: status.requirements ?? [],
    channels: (status.notifications ?? []).map(({ channel }) => channel),
    evaluations: (status.evaluations ?? []).map(({ ruleRef, result }) => `${ruleRef.name} ${result}`),
    messageErrors: (status.evaluations ?? []).flatMap(({ messageError }) => messageError ?? []),
    settled: status.settled ?? false,
    needs: needs ?? 'Nothing',
    lookAfter: lookAgainAt === undefined ? -1 : (lookAgainAt.getTime() - at(0).getTime()) / 1000,
    conditions: Object.fromEntries(
      (status.conditions ?? []).map(({ type, status: value, reason }) => [type, `${value}/${reason}`]),
    ),
  };
}

function seenDecision({ decision }: CheckpointStatus) {
  return {
    outcome: decision?.outcome ?? 'Pending',
    reason: decision?.reason ?? 'None',
    by: decision?.decidedBy.name ?? 'nobody',
    message: decision?.message ?? '',
    reviews: (decision?.reviews ?? []).map(({ username, verdict }) => `${username} ${verdict}`),
  };
}

function pick(all: Required<Expectation>, wanted: Expectation): Partial<Expectation> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => key in wanted));
}

/** What holds for every case: the rules that the API server enforces on the written status. */
function expectLegal({ status }: Plan, { after }: Case): void {
  const { decision, conditions = [], deadline } = status;
  const condition = (type: string): string | undefined =>
    conditions.find((each) => each.type === type)?.status;
  expect(condition('Decided') === 'True').toBe(decision !== undefined);
  if (decision === undefined) {
    expect(condition('Approved')).toBeUndefined();
    return;
  }
  expect(condition('Approved')).toBe(decision.outcome === 'Approved' ? 'True' : 'False');
  expect(condition('Stalled')).toBe(decision.outcome === 'Approved' ? undefined : 'True');
  expect(condition('Reconciling')).toBeUndefined();
  expect(deadline).toBeDefined();
  expect(Date.parse(decision.decisionTime)).toBeLessThanOrEqual(at(after).getTime());
}
