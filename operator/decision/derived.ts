import type { CheckpointReview, Evaluation, Requirement } from '../../crds/types.ts';
import { deadlineOf } from '../model/time.ts';
import { recordedEvaluations } from './evaluations.ts';
import type { Facts } from './facts.ts';
import { ANYBODY, firstRuling, type Ruling, stopping } from './precedence.ts';
import { countingReviews } from './reviews.ts';
import { areRulesListed } from './rule-freshness.ts';

/** Everything derived once from the facts of a pass. */
export interface Derived {
  readonly facts: Facts;
  readonly deadline: Date;
  /** Fixed at the first evaluation; undefined before it. */
  readonly askedFor: readonly Requirement[] | undefined;
  /** Undefined while the rules are not all known. */
  readonly ruling: Ruling | undefined;
  readonly denials: readonly CheckpointReview[];
  readonly approvals: readonly CheckpointReview[];
}

export function derivedFrom(facts: Facts): Derived {
  const askedFor = facts.checkpoint.status?.requirements;
  const counting = countingReviews(facts.checkpoint, facts.reviews);
  return {
    facts,
    deadline: deadlineOf(facts.checkpoint),
    askedFor,
    ruling: rulingOf(facts, askedFor !== undefined),
    denials: counting.filter(({ spec }) => spec.verdict === 'Deny'),
    approvals: counting.filter(({ spec }) => spec.verdict === 'Approve'),
  };
}

function rulingOf(facts: Facts, evaluatedBefore: boolean): Ruling | undefined {
  if (!areRulesListed(facts.freshness)) return undefined;
  return evaluatedBefore ? stopping(facts.ruleResults) : firstRuling(facts.ruleResults);
}

/**
 * Approvals count only once the rules have said that none of them stops this, and against requirements that are fixed,
 * or that fresh rules fix in this very pass.
 */
export function knownRequirements({ facts, askedFor, ruling }: Derived): readonly Requirement[] | undefined {
  if (!areRulesListed(facts.freshness)) return undefined;
  if (askedFor !== undefined) return askedFor;
  if (facts.freshness.state !== 'Fresh' || ruling === undefined) return undefined;
  return ruling.kind === 'Ask' ? ruling.requirements : ANYBODY;
}

/** What stands in status once evaluated; this pass's results where people answered before that. */
export function evaluationsOf({ facts, askedFor }: Derived): readonly Evaluation[] {
  return askedFor === undefined
    ? recordedEvaluations(facts.ruleResults)
    : (facts.checkpoint.status?.evaluations ?? []);
}
