import type { Checkpoint, CheckpointStatus } from '../../crds/types.ts';
import { deadlineOf, rfc3339 } from '../../operator/model/time.ts';

/** As large and as valid as what the operator writes for a rule that approves. */
export function approvedStatus(checkpoint: Checkpoint): CheckpointStatus {
  const now = rfc3339(new Date());
  const message = 'Approved by rule CheckpointRule/rule-00: Refund of $12.00.';
  const condition = {
    status: 'True',
    reason: 'RuleApproved',
    message,
    lastTransitionTime: now,
    observedGeneration: 1,
  } as const;
  return {
    deadline: rfc3339(deadlineOf(checkpoint)),
    evaluations: [
      {
        ruleRef: { kind: 'CheckpointRule', name: 'rule-00' },
        generation: 1,
        result: 'Matched',
        decision: 'AutoApprove',
        mode: 'Enforce',
        condition: 'amount > 0 && amount < 50',
        message: 'Refund of $12.00.',
      },
    ],
    decision: {
      outcome: 'Approved',
      reason: 'RuleApproved',
      message,
      decisionTime: now,
      decidedBy: { type: 'Rule', name: 'rule-00' },
      checkpointUID: checkpoint.metadata.uid ?? '',
      ruleRef: { kind: 'CheckpointRule', name: 'rule-00' },
    },
    settled: true,
    observedGeneration: 1,
    conditions: [
      { type: 'Decided', ...condition },
      { type: 'Approved', ...condition },
    ],
  };
}
