import { SCHEMA } from '../../crds/limits.ts';
import type { Checkpoint, CheckpointReview, DecidedBy, Decision, Outcome, Reason } from '../../crds/types.ts';
import { wasDelivered } from '../model/channel-ref.ts';
import { ruleName } from '../model/references.ts';
import { bounded } from '../model/text.ts';
import { rfc3339 } from '../model/time.ts';
import type { Facts, RuleResult } from './facts.ts';
import { toCounted } from './reviews.ts';

const DECISION = SCHEMA.Checkpoint.status.decision;

/** One row of the table of legal decisions: outcome, reason and who decides belong together. */
const DECIDER: Record<Reason, { outcome: Outcome; type: DecidedBy['type'] }> = {
  RuleApproved: { outcome: 'Approved', type: 'Rule' },
  PersonApproved: { outcome: 'Approved', type: 'Person' },
  RuleDenied: { outcome: 'Denied', type: 'Rule' },
  Suggested: { outcome: 'Denied', type: 'Rule' },
  PersonDenied: { outcome: 'Denied', type: 'Person' },
  Invalid: { outcome: 'Denied', type: 'Operator' },
  Unanswered: { outcome: 'TimedOut', type: 'Deadline' },
  Incomplete: { outcome: 'TimedOut', type: 'Deadline' },
  Undelivered: { outcome: 'TimedOut', type: 'Deadline' },
};

interface Wording {
  readonly by: string;
  readonly message: string;
}

function decision(reason: Reason, { checkpoint, now }: Facts, { by, message }: Wording): Decision {
  const { outcome, type } = DECIDER[reason];
  return {
    outcome,
    reason,
    message: bounded(message, DECISION.message.maxLength),
    decisionTime: rfc3339(now),
    decidedBy: { type, name: bounded(by, DECISION.decidedBy.name.maxLength) },
    checkpointUID: checkpoint.metadata.uid ?? '',
  };
}

export function invalidDecision(facts: Facts, problem: string): Decision {
  return decision('Invalid', facts, { by: 'operator', message: problem });
}

const RULE_VERB = { RuleApproved: 'Approved', RuleDenied: 'Denied', Suggested: 'Kept as a suggestion' };

export function ruleDecision(
  reason: keyof typeof RULE_VERB,
  facts: Facts,
  rule: RuleResult,
  why = rule.message,
): Decision {
  const by = `${RULE_VERB[reason]} by rule ${ruleName(rule.ruleRef)}`;
  return {
    ...decision(reason, facts, { by: rule.ruleRef.name, message: why ? `${by}: ${why}` : `${by}.` }),
    ruleRef: rule.ruleRef,
  };
}

export function personDecision(
  reason: 'PersonApproved' | 'PersonDenied',
  facts: Facts,
  reviews: readonly CheckpointReview[],
): Decision {
  const names = [...new Set(reviews.map(({ spec }) => spec.reviewer?.username ?? ''))].join(', ');
  const reasons = reviews.flatMap(({ spec }) => (spec.reason ? [spec.reason] : [])).join('; ');
  const verb = reason === 'PersonApproved' ? 'Approved' : 'Denied';
  const message = reasons ? `${verb} by ${names}: ${reasons}` : `${verb} by ${names}.`;
  return {
    ...decision(reason, facts, { by: names, message }),
    reviews: reviews.slice(0, DECISION.reviews.maxItems).map(toCounted),
  };
}

const TIME_OUT_MESSAGE = {
  Unanswered: 'Nobody answered before the deadline.',
  Incomplete: 'Some, but not all, required approvals were given before the deadline.',
  Undelivered: 'No message about this reached its channel before the deadline.',
};

export function timeOutDecision(facts: Facts, approvals: readonly CheckpointReview[]): Decision {
  const reason = timeOutReason(facts.checkpoint, approvals);
  return {
    ...decision(reason, facts, { by: 'deadline', message: TIME_OUT_MESSAGE[reason] }),
    ...(approvals.length > 0
      ? { reviews: approvals.slice(0, DECISION.reviews.maxItems).map(toCounted) }
      : {}),
  };
}

function timeOutReason(
  { status }: Checkpoint,
  approvals: readonly CheckpointReview[],
): keyof typeof TIME_OUT_MESSAGE {
  if (approvals.length > 0) return 'Incomplete';
  const notifications = status?.notifications ?? [];
  return notifications.length > 0 && !notifications.some(wasDelivered) ? 'Undelivered' : 'Unanswered';
}
