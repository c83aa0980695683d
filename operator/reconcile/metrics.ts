import { Counter, Gauge, Histogram } from 'prom-client';
import type { Checkpoint } from '../../crds/types.ts';
import { closingTime } from '../decision/next-look.ts';
import { registry } from '../metrics.ts';
import { deadlineOf } from '../model/time.ts';
import { askedAt } from './transitions.ts';

const registers = [registry];

const decisions = new Counter({
  name: 'approvalgate_decisions_total',
  help: 'Decisions by outcome and reason.',
  labelNames: ['outcome', 'reason'],
  registers,
});

const timeToDecision = new Histogram({
  name: 'approvalgate_time_to_decision_seconds',
  help: 'From the creation of a checkpoint to its decision.',
  labelNames: ['reason'],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300, 1800, 7200, 86_400],
  registers,
});

const reviewTime = new Histogram({
  name: 'approvalgate_review_seconds',
  help: 'From asking people to their decision.',
  buckets: [5, 15, 60, 300, 900, 1800, 3600, 14_400, 86_400],
  registers,
});

const lateness = new Histogram({
  name: 'approvalgate_timeout_lateness_seconds',
  help: 'How long after the deadline and its grace a time-out was decided.',
  buckets: [0.5, 1, 2, 5, 15, 30, 60, 300],
  registers,
});

const ruleErrors = new Counter({
  name: 'approvalgate_rule_errors_total',
  help: 'Rules that could not be evaluated on a checkpoint.',
  labelNames: ['kind'],
  registers,
});

export const costLimits = new Counter({
  name: 'approvalgate_rule_cost_limits_total',
  help: 'Evaluations of a rule that ended at a limit of cost, its own or that of the checkpoint.',
  labelNames: ['kind'],
  registers,
});

export const proofs = new Counter({
  name: 'approvalgate_rule_proofs_total',
  help: 'Lists that were compared with the rules in force before an approval by rule.',
  labelNames: ['result'],
  registers,
});

export const pending = new Gauge({
  name: 'approvalgate_checkpoints_pending',
  help: 'Checkpoints that are not settled: undecided, or decided with a message that does not show it yet.',
  registers,
});

export const swept = new Counter({
  name: 'approvalgate_checkpoints_swept_total',
  help: 'Decided checkpoints that were deleted, by cause: their time had come, or there were too many.',
  labelNames: ['cause'],
  registers,
});

export const sweepFailures = new Counter({
  name: 'approvalgate_checkpoints_sweep_failures_total',
  help: 'Decided checkpoints that could not be deleted, by the reason of the API server.',
  labelNames: ['cause'],
  registers,
});

/** Counts what one write brought about. `now` is more exact than the whole seconds in status. */
export function measure(before: Checkpoint, after: Checkpoint, now: Date): void {
  countRuleErrors(before, after);
  const decision = after.status?.decision;
  if (decision === undefined || before.status?.decision !== undefined) return;
  const { outcome, reason } = decision;
  decisions.inc({ outcome, reason });
  const created = new Date(after.metadata.creationTimestamp ?? now);
  timeToDecision.observe({ reason }, secondsBetween(created, now));
  const asked = askedAt(before);
  if (asked !== undefined && decision.decidedBy.type === 'Person') {
    reviewTime.observe(secondsBetween(asked, now));
  }
  if (outcome === 'TimedOut') lateness.observe(secondsBetween(closingTime(deadlineOf(after)), now));
}

function countRuleErrors(before: Checkpoint, after: Checkpoint): void {
  if (before.status?.evaluations !== undefined) return;
  for (const { result, ruleRef } of after.status?.evaluations ?? []) {
    if (result === 'Error') ruleErrors.inc({ kind: ruleRef.kind });
  }
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1000;
}
