import { describe, expect, it } from 'vitest';
import type { RuleStatus } from '../../crds/types.ts';
import { compileRule } from './compile.ts';
import { ruleStatus } from './readiness.ts';

const NOW = new Date('2026-11-02T10:00:00.789Z');
const LATER = new Date('2026-11-02T11:00:00Z');

function rule(generation: number, status?: RuleStatus) {
  return {
    metadata: { name: 'r', namespace: 'shop', generation },
    spec: { actions: ['*'], decision: 'AutoDeny' as const },
    ...(status ? { status } : {}),
  };
}

function outcome(condition: string) {
  return compileRule({ condition });
}

describe('the status of a rule', () => {
  it('is Ready with the generation that is in force', () => {
    expect(ruleStatus(rule(4), outcome('amount > 1'), NOW)).toEqual({
      observedGeneration: 4,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'InForce',
          message: 'The rule is in force.',
          observedGeneration: 4,
          lastTransitionTime: '2026-11-02T10:00:00Z',
        },
      ],
    });
  });

  it('is not Ready and Stalled, with place and caret, where an expression does not compile', () => {
    const { conditions } = ruleStatus(rule(1), outcome('amount <'), NOW);
    expect(conditions).toMatchObject([
      { type: 'Ready', status: 'False', reason: 'InvalidExpression' },
      { type: 'Stalled', status: 'True', reason: 'InvalidExpression' },
    ]);
    expect(conditions?.[0]?.message).toBe(
      'spec.condition:1:9: unexpected token: the end\n  amount <\n          ^',
    );
  });

  it('is not Ready and Stalled, with the path, where its approval can never be met', () => {
    const compiled = compileRule({ approval: { minApprovals: 2, users: ['mia'] } });
    const { conditions } = ruleStatus(rule(1), compiled, NOW);
    const message =
      'spec.approval.minApprovals: is 2, but 1 user is named and no group, so it could never be met';
    expect(conditions).toMatchObject([
      { type: 'Ready', status: 'False', reason: 'InvalidApproval', message },
      { type: 'Stalled', status: 'True', reason: 'InvalidApproval', message },
    ]);
  });

  it('keeps the time of a condition whose status stays, also for a new generation', () => {
    const before = ruleStatus(rule(1), outcome('amount > 1'), NOW);
    const after = ruleStatus(rule(2, before), outcome('amount > 2'), LATER);
    expect(after.conditions?.[0]).toMatchObject({
      observedGeneration: 2,
      lastTransitionTime: '2026-11-02T10:00:00Z',
    });
  });

  it('takes the new time where the status changes, and drops Stalled once it compiles', () => {
    const before = ruleStatus(rule(1), outcome('amount <'), NOW);
    const after = ruleStatus(rule(2, before), outcome('amount > 1'), LATER);
    expect(after.conditions).toMatchObject([{ type: 'Ready', lastTransitionTime: '2026-11-02T11:00:00Z' }]);
  });

  it('is equal to the present one where nothing changed, so that nothing is written', () => {
    const status = ruleStatus(rule(1), outcome('amount <'), NOW);
    expect(ruleStatus(rule(1, status), outcome('amount <'), LATER)).toEqual(status);
  });

  it('stays within what a condition may hold', () => {
    const problem = { field: 'spec.condition', line: 1, column: 1, code: 'x', message: 'x'.repeat(1000) };
    const { conditions } = ruleStatus(rule(1), { ok: false, problems: Array(100).fill(problem) }, NOW);
    expect(conditions?.[0]?.message.length).toBeLessThanOrEqual(32_768);
  });
});
