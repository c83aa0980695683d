import type { Checkpoint, CheckpointReview, CountedReview, Identity, Requirement } from '../../crds/types.ts';
import { folded, isPerson, isSamePerson } from '../model/person.ts';
import { deadlineOf } from '../model/time.ts';
import type { ReviewFact } from './facts.ts';

/**
 * Whether a stored review is a valid answer to this very question, apart from the giver's right:
 * it names this object's uid, was created before the deadline, and is by a person who did not ask.
 */
export function isReviewOf(review: CheckpointReview, checkpoint: Checkpoint): boolean {
  const username = review.spec.reviewer?.username ?? '';
  return (
    review.spec.checkpoint.uid === checkpoint.metadata.uid &&
    review.spec.checkpoint.name === checkpoint.metadata.name &&
    Date.parse(review.metadata.creationTimestamp ?? '') < deadlineOf(checkpoint).getTime() &&
    isPerson(username) &&
    !isSamePerson(username, checkpoint.spec.requester?.username ?? '')
  );
}

/** Whether somebody has denied whose right to is not known. */
export function hasOpenDenial(facts: readonly ReviewFact[]): boolean {
  return facts.some(({ review, allowed }) => allowed === undefined && review.spec.verdict === 'Deny');
}

/**
 * The reviews that count, oldest first. One person may have given several, under names that differ in spelling or with
 * other groups: whoever counts people asks `distinctPeople`, and only among those who fit.
 */
export function countingReviews(checkpoint: Checkpoint, facts: readonly ReviewFact[]): CheckpointReview[] {
  return facts
    .filter(({ review, allowed }) => allowed && isReviewOf(review, checkpoint))
    .map(({ review }) => review)
    .sort(byTimeThenName);
}

/** The first review of each person and verdict, in the given order. */
export function distinctPeople(reviews: readonly CheckpointReview[]): CheckpointReview[] {
  const seen = new Set<string>();
  return reviews.filter(({ spec }) => {
    const key = `${spec.verdict} ${folded(spec.reviewer?.username ?? '')}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function byTimeThenName(a: CheckpointReview, b: CheckpointReview): number {
  const byTime =
    Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '');
  return byTime || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** By the exact name: a name that only folds to one that is asked for fits nothing. */
function fits(reviewer: Identity | undefined, { users = [], groups = [] }: Requirement): boolean {
  if (users.length === 0 && groups.length === 0) return true;
  if (reviewer === undefined) return false;
  return users.includes(reviewer.username) || (reviewer.groups ?? []).some((group) => groups.includes(group));
}

/** How many people's approvals serve one requirement. One approval serves every requirement its giver fits. */
export function approvalsFor(requirement: Requirement, approvals: readonly CheckpointReview[]): number {
  return approvalsOf(requirement, approvals).length;
}

function approvalsOf(requirement: Requirement, approvals: readonly CheckpointReview[]): CheckpointReview[] {
  return distinctPeople(approvals.filter(({ spec }) => fits(spec.reviewer, requirement)));
}

export function allMet(
  requirements: readonly Requirement[],
  approvals: readonly CheckpointReview[],
): boolean {
  return requirements.every(
    (requirement) => approvalsFor(requirement, approvals) >= requirement.minApprovals,
  );
}

/** The approvals that serve at least one requirement, one a person and requirement. */
export function servingApprovals(
  requirements: readonly Requirement[],
  approvals: readonly CheckpointReview[],
): CheckpointReview[] {
  const serving = new Set(requirements.flatMap((requirement) => approvalsOf(requirement, approvals)));
  return approvals.filter((approval) => serving.has(approval));
}

export function toCounted({ metadata, spec }: CheckpointReview): CountedReview {
  return {
    name: metadata.name,
    username: spec.reviewer?.username ?? '',
    verdict: spec.verdict,
    ...(spec.reason ? { reason: spec.reason } : {}),
    time: metadata.creationTimestamp ?? '',
  };
}
