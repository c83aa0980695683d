import type { CheckpointReview } from '../../crds/types.ts';

/** Stored reviews by the uid of the checkpoint they answer. */
export class ReviewIndex {
  readonly #byCheckpoint = new Map<string, Map<string, CheckpointReview>>();

  put(review: CheckpointReview): void {
    const { uid } = review.spec.checkpoint;
    const reviews = this.#byCheckpoint.get(uid) ?? new Map<string, CheckpointReview>();
    reviews.set(review.metadata.uid ?? '', review);
    this.#byCheckpoint.set(uid, reviews);
  }

  remove(review: CheckpointReview): void {
    const { uid } = review.spec.checkpoint;
    const reviews = this.#byCheckpoint.get(uid);
    reviews?.delete(review.metadata.uid ?? '');
    if (reviews?.size === 0) this.#byCheckpoint.delete(uid);
  }

  of(checkpointUid: string, namespace: string): CheckpointReview[] {
    const reviews = this.#byCheckpoint.get(checkpointUid)?.values() ?? [];
    return [...reviews].filter(({ metadata }) => metadata.namespace === namespace);
  }
}
