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
  noChannel,
  noRoute,
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
  /**
   * What has to be asked of the API server before it can be decided; then decide again. `LiveReviews`: a time-out is due,
   * and the reviews have to be listed live. `RuleProof`: an approval is due, and the rules have to be confirmed.
   */
  readonly needs?: 'LiveReviews' | 'RuleProof';
}

type Waiting = Pick<Extract<Conclusion, { kind: 'Wait' }>, 'reason' | 'message'>;

const UNCONFIRMED: Waiting = {
  reason: 'AwaitingRules',
  message: 'The API server has not confirmed yet that the rules are unchanged.',
};

/**
 * The decision function: facts in, the status that should stand out. Pure; the same facts give the same plan.
 * A checkpoint that is decided stays as it is.
 */
export function decide(facts: Facts): Plan {
  const status = facts.checkpoint.status ?? {};
  if (status.decision !== undefined) return { status };
  const conclusion = judge(facts);
  if (conclusion.kind === 'Decided') return { status: decidedStatus(facts, conclusion) };
  const { lookAgainAt } = conclusion;
  if (conclusion.kind === 'WaitForRights') return { status, lookAgainAt };
  if (conclusion.kind === 'ListReviews') return { status, lookAgainAt, needs: 'LiveReviews' };
  if (conclusion.kind === 'Prove') {
    const next = conclusion.sayInStatus ? waitingStatus(facts, UNCONFIRMED) : status;
    return { status: next, lookAgainAt, needs: 'RuleProof' };
  }
  const next = conclusion.kind === 'Ask' ? askedStatus(facts, conclusion) : waitingStatus(facts, conclusion);
  return { status: next, lookAgainAt };
}

function decidedStatus(facts: Facts, conclusion: Extract<Conclusion, { kind: 'Decided' }>): CheckpointStatus {
  const { decision, evaluations, requirements, logTo } = conclusion;
  const before = facts.checkpoint.status ?? {};
  const notifications = before.notifications ?? logTo.map(intent);
  const status = {
    ...withDeadline(facts),
    ...(evaluations.length > 0 ? { evaluations: [...evaluations] } : {}),
    ...(requirements ? { requirements: [...requirements] } : {}),
    ...(notifications.length > 0 ? { notifications } : {}),
    decision,
    settled: notifications.length === 0,
  };
  return withConditions(facts, [...decidedConditions(decision), ...whyNobodyTold(facts, status)], status);
}

/** Why nobody was told of a decision although people had to be. */
function whyNobodyTold(
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
    ...withDeadline(facts),
    ...(conclusion.evaluations.length > 0 ? { evaluations: [...conclusion.evaluations] } : {}),
    requirements: [...conclusion.requirements],
    ...(notifications.length > 0 ? { notifications } : {}),
  };
  const pending = pendingConditions('AwaitingReview', causesInBrief(whyAsked(status)));
  const unannounced = conclusion.isSilent ? notAnnounced() : noRoute(facts.routing);
  return withConditions(facts, [...pending, unannounced], status);
}

/** Once people are asked, the cause stands in the conditions and stays; before that, what is waited for does. */
function waitingStatus(facts: Facts, conclusion: Waiting): CheckpointStatus {
  const status = facts.checkpoint.status ?? {};
  if (status.requirements !== undefined) return status;
  return withConditions(facts, pendingConditions(conclusion.reason, conclusion.message), withDeadline(facts));
}

/** What every write carries on, with the deadline that the first write fixes. */
function withDeadline({ checkpoint }: Facts): CheckpointStatus {
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
