import type { CheckpointStatus, Notification } from '../../crds/types.ts';
import type { ChannelRef } from '../model/channel-ref.ts';
import type { ConditionDraft } from '../model/conditions.ts';
import { deadlineOf, rfc3339 } from '../model/time.ts';
import { causesInBrief, whyAsked } from './causes.ts';
import type { Conclusion } from './conclusion.ts';
import {
  decidedConditions,
  invalidChannel,
  isNotified,
  nobodyTold,
  noChannel,
  notAnnounced,
  pendingConditions,
  withConditions,
} from './conditions.ts';
import type { Facts } from './facts.ts';
import { judge } from './judge.ts';

/** What one pass over an undecided checkpoint should leave behind. */
export interface Plan {
  /** The whole status as it should be; equal to the present one where nothing changes. */
  readonly status: CheckpointStatus;
  /** When to look again if nothing happens before; undefined once decided. */
  readonly lookAgainAt?: Date;
  /** A time-out is due: list the reviews live and decide again with what the list says. */
  readonly listReviews: boolean;
  /** An approval is due: have the rules confirmed, and decide again with what they are then. */
  readonly proveRules?: boolean;
}

type Told = Pick<Extract<Conclusion, { kind: 'Wait' }>, 'reason' | 'message'>;

const UNCONFIRMED: Told = {
  reason: 'AwaitingRules',
  message: 'The API server has not confirmed yet that the rules are unchanged.',
};

/**
 * The decision function: facts in, the status that should stand out. Pure; the same facts give the same plan.
 * A checkpoint that is decided stays as it is.
 */
export function decide(facts: Facts): Plan {
  const status = facts.checkpoint.status ?? {};
  if (status.decision !== undefined) return { status, listReviews: false };
  const conclusion = judge(facts);
  if (conclusion.kind === 'Decided') return { status: decidedStatus(facts, conclusion), listReviews: false };
  const { lookAgainAt } = conclusion;
  if (conclusion.kind === 'Hold') return { status, lookAgainAt, listReviews: false };
  if (conclusion.kind === 'ListReviews') return { status, lookAgainAt, listReviews: true };
  if (conclusion.kind === 'Prove') {
    const next = conclusion.told ? waitingStatus(facts, UNCONFIRMED) : status;
    return { status: next, lookAgainAt, listReviews: false, proveRules: true };
  }
  const next = conclusion.kind === 'Ask' ? askedStatus(facts, conclusion) : waitingStatus(facts, conclusion);
  return { status: next, lookAgainAt, listReviews: false };
}

function decidedStatus(facts: Facts, conclusion: Extract<Conclusion, { kind: 'Decided' }>): CheckpointStatus {
  const { decision, evaluations, requirements, logTo } = conclusion;
  const before = facts.checkpoint.status ?? {};
  const notifications = before.notifications ?? logTo.map(intent);
  const status = {
    ...fixed(facts),
    ...(evaluations.length > 0 ? { evaluations: [...evaluations] } : {}),
    ...(requirements ? { requirements: [...requirements] } : {}),
    ...(notifications.length > 0 ? { notifications } : {}),
    decision,
    settled: notifications.length === 0,
  };
  return withConditions(facts, [...decidedConditions(decision), ...whyUntold(facts, status)], status);
}

/** Of a decision that nobody is told of: that people should have been, where nothing says so yet. */
function whyUntold(
  { routing, checkpoint }: Facts,
  { decision, requirements }: CheckpointStatus,
): ConditionDraft[] {
  if (decision?.reason === 'Suggested' && routing.problem) return [invalidChannel(routing.problem)];
  const isSaid = checkpoint.status?.conditions?.some(isNotified) ?? false;
  return requirements === undefined || isSaid ? [] : [noChannel(routing.noneKnown)];
}

function askedStatus(facts: Facts, conclusion: Extract<Conclusion, { kind: 'Ask' }>): CheckpointStatus {
  const notifications = conclusion.channels.map(intent);
  const status = {
    ...fixed(facts),
    ...(conclusion.evaluations.length > 0 ? { evaluations: [...conclusion.evaluations] } : {}),
    requirements: [...conclusion.requirements],
    ...(notifications.length > 0 ? { notifications } : {}),
  };
  const pending = pendingConditions('AwaitingReview', causesInBrief(whyAsked(status)));
  const unannounced = conclusion.isSilent ? notAnnounced() : nobodyTold(facts.routing);
  return withConditions(facts, [...pending, unannounced], status);
}

/** Once people are asked, the cause stands in the conditions and stays; before that, what is waited for does. */
function waitingStatus(facts: Facts, conclusion: Told): CheckpointStatus {
  const status = facts.checkpoint.status ?? {};
  if (status.requirements !== undefined) return status;
  return withConditions(facts, pendingConditions(conclusion.reason, conclusion.message), fixed(facts));
}

/** What every write carries on, with the deadline that the first write fixes. */
function fixed({ checkpoint }: Facts): CheckpointStatus {
  return {
    ...checkpoint.status,
    deadline: checkpoint.status?.deadline ?? rfc3339(deadlineOf(checkpoint)),
    observedGeneration: checkpoint.metadata.generation ?? 1,
  };
}

/** A message that is about to be posted: written before it is, so that a crash can never post it twice. */
function intent({ provider, channel }: ChannelRef): Notification {
  return { provider, channel, state: 'Pending', attempts: 1 };
}
