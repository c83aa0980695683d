import type { Checkpoint, CheckpointReview, CountedReview, Identity, Requirement } from '../../crds/types.ts';
import type { ReviewFact } from './facts.ts';
import { deadlineOf } from './time.ts';

/**
 * Whether a stored review is a valid answer to this very question, apart from the giver's right:
 * it names this object's uid, was created before the deadline, and is by a person who did not ask.
 */
export function answers(review: CheckpointReview, checkpoint: Checkpoint): boolean {
  const username = review.spec.reviewer?.username ?? '';
  return (
    review.spec.checkpoint.uid === checkpoint.metadata.uid &&
    review.spec.checkpoint.name === checkpoint.metadata.name &&
    Date.parse(review.metadata.creationTimestamp ?? '') < deadlineOf(checkpoint).getTime() &&
    username !== '' &&
    !username.startsWith('system:') &&
    username !== checkpoint.spec.requester?.username
  );
}

/** The reviews that count, oldest first; one a person and verdict. */
export function countingReviews(checkpoint: Checkpoint, facts: readonly ReviewFact[]): CheckpointReview[] {
  const seen = new Set<string>();
  return facts
    .filter(({ review, allowed }) => allowed && answers(review, checkpoint))
    .map(({ review }) => review)
    .sort(byTimeThenName)
    .filter((review) => {
      const key = `${review.spec.verdict} ${review.spec.reviewer?.username}`;
      return !seen.has(key) && seen.add(key) !== undefined;
    });
}

function byTimeThenName(a: CheckpointReview, b: CheckpointReview): number {
  const byTime =
    Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '');
  return byTime || (a.metadata.name < b.metadata.name ? -1 : 1);
}

export function fits(reviewer: Identity | undefined, { users = [], groups = [] }: Requirement): boolean {
  if (users.length === 0 && groups.length === 0) return true;
  if (reviewer === undefined) return false;
  return users.includes(reviewer.username) || (reviewer.groups ?? []).some((group) => groups.includes(group));
}

/** How many of the given approvals serve one requirement. One approval serves every requirement its giver fits. */
export function approvalsFor(requirement: Requirement, approvals: readonly CheckpointReview[]): number {
  return approvals.filter(({ spec }) => fits(spec.reviewer, requirement)).length;
}

export function allMet(
  requirements: readonly Requirement[],
  approvals: readonly CheckpointReview[],
): boolean {
  return requirements.every(
    (requirement) => approvalsFor(requirement, approvals) >= requirement.minApprovals,
  );
}

/** The approvals that serve at least one requirement. */
export function servingApprovals(
  requirements: readonly Requirement[],
  approvals: readonly CheckpointReview[],
): CheckpointReview[] {
  return approvals.filter(({ spec }) => requirements.some((requirement) => fits(spec.reviewer, requirement)));
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
