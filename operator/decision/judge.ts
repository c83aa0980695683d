import { SCHEMA } from '../../crds/limits.ts';
import type { Decision, Evaluation, Requirement } from '../../crds/types.ts';
import { type ChannelRef, isSameChannel } from '../model/channel-ref.ts';
import type { Conclusion } from './conclusion.ts';
import type { PendingReason } from './conditions.ts';
import { invalidDecision, personDecision, ruleDecision, timeOutDecision } from './decisions.ts';
import { type Derived, derivedFrom, evaluationsOf, knownRequirements } from './derived.ts';
import { recordedEvaluations, withStoppingRule } from './evaluations.ts';
import type { Facts, RuleResult } from './facts.ts';
import { closingTime, nextLook, SOON_MS } from './next-look.ts';
import { ANYBODY, enforced, type Ruling } from './precedence.ts';
import { askingChannels, logChannels, wantSilence } from './recipients.ts';
import { allMet, hasOpenDenial, servingApprovals } from './reviews.ts';
import { proofState, rulesAwaitedUntil } from './rule-freshness.ts';
import { problemsOf } from './validity.ts';

const { maxItems: CHANNELS } = SCHEMA.Checkpoint.status.notifications;

const RULES_UNKNOWN = 'The rules are not all known yet.';

/**
 * What becomes of an undecided checkpoint. The order is the promise: bounds, rules that stop, people, deadline,
 * rules that approve. A review in time is looked at before the deadline is, and nothing approves by default.
 */
export function judge(facts: Facts): Conclusion {
  const derived = derivedFrom(facts);
  return (
    invalid(facts) ??
    stoppedByRule(derived) ??
    deniedByPerson(derived) ??
    rightsAwaited(derived) ??
    approvedByPeople(derived) ??
    unproved(derived) ??
    atDeadline(derived) ??
    otherwise(derived)
  );
}

function invalid(facts: Facts): Conclusion | undefined {
  const problems = problemsOf(facts.checkpoint);
  if (problems.length === 0) return undefined;
  return decided(invalidDecision(facts, problems.join('; ')), []);
}

function stoppedByRule({ facts, askedFor, ruling }: Derived): Conclusion | undefined {
  if (ruling?.kind !== 'Deny' && ruling?.kind !== 'Suggest') return undefined;
  const evaluations =
    askedFor === undefined
      ? recordedEvaluations(facts.ruleResults)
      : withStoppingRule(facts.checkpoint.status?.evaluations ?? [], ruling.rule);
  const decision =
    ruling.kind === 'Deny'
      ? ruleDecision('RuleDenied', facts, ruling.rule, ruling.why)
      : ruleDecision('Suggested', facts, ruling.rule);
  return { ...decided(decision, evaluations), logTo: logChannels(facts, ruling) };
}

function deniedByPerson(derived: Derived): Conclusion | undefined {
  const [denial] = derived.denials;
  if (denial === undefined) return undefined;
  return decided(personDecision('PersonDenied', derived.facts, [denial]), evaluationsOf(derived));
}

/** Whoever has denied may have the right to: nothing is approved before that is known. A due time-out does not wait. */
function rightsAwaited({ facts, deadline }: Derived): Conclusion | undefined {
  if (!hasOpenDenial(facts.reviews) || facts.now >= closingTime(deadline)) return undefined;
  return { kind: 'WaitForRights', lookAgainAt: nextLook(facts.now, deadline) };
}

function approvedByPeople(derived: Derived): Conclusion | undefined {
  const { facts, approvals } = derived;
  if (hasOpenDenial(facts.reviews)) return undefined;
  const requirements = knownRequirements(derived);
  if (requirements === undefined || approvals.length === 0 || !allMet(requirements, approvals))
    return undefined;
  const serving = servingApprovals(requirements, approvals);
  return {
    ...decided(personDecision('PersonApproved', facts, serving), evaluationsOf(derived)),
    requirements,
  };
}

/** What approves at the first evaluation, a rule or people who have answered already, rests on rules that are confirmed. */
function unproved({
  facts: { freshness, now },
  askedFor,
  ruling,
  approvals,
  deadline,
}: Derived): Conclusion | undefined {
  const proof = proofState(freshness, now);
  if (askedFor !== undefined || proof === 'Proved' || proof === 'Missed') return undefined;
  const byRule = ruling?.kind === 'Approve' && now < deadline;
  if (!byRule && approvals.length === 0) return undefined;
  return { kind: 'Prove', sayInStatus: proof === 'Late', lookAgainAt: new Date(now.getTime() + SOON_MS) };
}

function atDeadline(derived: Derived): Conclusion | undefined {
  const { facts, deadline, approvals } = derived;
  if (facts.now < deadline) return undefined;
  const closing = closingTime(deadline);
  const reason = derived.askedFor === undefined ? 'AwaitingRules' : 'AwaitingReview';
  if (facts.now < closing)
    return waiting(derived, 'The deadline has passed; reviews in time may still arrive.', reason);
  const rulesUntil = rulesAwaitedUntil(facts.freshness, closing, approvals.length > 0);
  if (rulesUntil !== undefined && facts.now < rulesUntil)
    return waiting(derived, RULES_UNKNOWN, 'AwaitingRules');
  if (facts.reviewsListedAt === undefined || facts.reviewsListedAt < closing) {
    return { kind: 'ListReviews', lookAgainAt: nextLook(facts.now, deadline) };
  }
  const serving = servingApprovals(knownRequirements(derived) ?? derived.askedFor ?? ANYBODY, approvals);
  return decided(timeOutDecision(facts, serving), evaluationsOf(derived));
}

function otherwise(derived: Derived): Conclusion {
  const { askedFor, ruling } = derived;
  if (askedFor !== undefined) return waiting(derived, 'A person has been asked.');
  if (ruling === undefined) return waiting(derived, RULES_UNKNOWN, 'AwaitingRules');
  switch (ruling.kind) {
    case 'Approve':
      return approvedByRule(derived, ruling);
    case 'Ask':
      return ask(derived, ruling.requirements, ruling.askedBy);
    // Concluded above; whatever is not, asks.
    case 'Deny':
    case 'Suggest':
      return ask(derived, ANYBODY, []);
  }
}

function approvedByRule(derived: Derived, ruling: Extract<Ruling, { kind: 'Approve' }>): Conclusion {
  const { facts } = derived;
  if (facts.freshness.state !== 'Fresh') return ask(derived, ANYBODY, []);
  const decision = ruleDecision('RuleApproved', facts, ruling.rule);
  return { ...decided(decision, recordedEvaluations(facts.ruleResults)), logTo: logChannels(facts, ruling) };
}

function ask(
  derived: Derived,
  requirements: readonly Requirement[],
  askedBy: readonly RuleResult[],
): Conclusion {
  const channels = askingChannels(derived.facts, askedBy);
  const beyond = channels[CHANNELS];
  const rule = beyond && (ruleNaming(beyond, derived.facts) ?? askedBy.at(-1));
  if (rule !== undefined) return tooManyChannels(derived.facts, rule);
  return {
    kind: 'Ask',
    evaluations: recordedEvaluations(derived.facts.ruleResults),
    requirements,
    channels,
    isSilent: channels.length === 0 && wantSilence(askedBy),
    lookAgainAt: nextLook(derived.facts.now, derived.deadline),
  };
}

function ruleNaming(channel: ChannelRef, { ruleResults }: Facts): RuleResult | undefined {
  return enforced(ruleResults).find(({ channels }) =>
    channels.some((named) => isSameChannel(named, channel)),
  );
}

/** A list is never cut: a channel that is left out would be one that was hidden. */
function tooManyChannels(facts: Facts, rule: RuleResult): Conclusion {
  const why = `rules name more than the ${CHANNELS} channels that can be recorded; merge some of them.`;
  return decided(ruleDecision('RuleDenied', facts, rule, why), recordedEvaluations(facts.ruleResults));
}

function waiting(derived: Derived, message: string, reason: PendingReason = 'AwaitingReview'): Conclusion {
  return { kind: 'Wait', reason, message, lookAgainAt: nextLook(derived.facts.now, derived.deadline) };
}

function decided(
  decision: Decision,
  evaluations: readonly Evaluation[],
): Extract<Conclusion, { kind: 'Decided' }> {
  return { kind: 'Decided', decision, evaluations, logTo: [] };
}
