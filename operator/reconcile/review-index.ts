import type { CheckpointReview, ObjectMeta } from '../../crds/types.ts';

/** A review that is known to be stored, without what it says. */
interface ReviewStub {
  readonly metadata: ObjectMeta;
  readonly spec: Pick<CheckpointReview['spec'], 'checkpoint'>;
}

/** A stored review: whole while its checkpoint waits, and a stub where nobody is expected to read it. */
export type KnownReview = CheckpointReview | ReviewStub;

/** What tells which review it is, in which state, and of what. */
export function stubOf({ metadata, spec }: KnownReview): ReviewStub {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    metadata: { name, namespace, uid, resourceVersion } as ObjectMeta,
    spec: { checkpoint: { name: spec.checkpoint.name, uid: spec.checkpoint.uid } },
  };
}

/** Stored reviews by the uid of the checkpoint they answer. */
export class ReviewIndex {
  readonly #byCheckpoint = new Map<string, readonly KnownReview[]>();

  put(review: KnownReview): void {
    const { uid } = review.spec.checkpoint;
    this.#byCheckpoint.set(uid, [...this.#others(review), review]);
  }

  remove(review: KnownReview): void {
    const { uid } = review.spec.checkpoint;
    const others = this.#others(review);
    if (others.length === 0) this.#byCheckpoint.delete(uid);
    else this.#byCheckpoint.set(uid, others);
  }

  /** All that are known, stubs too. */
  known({ uid = '', namespace }: ObjectMeta): readonly KnownReview[] {
    const reviews = this.#byCheckpoint.get(uid) ?? [];
    return reviews.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** Undefined where one is a stub: then only the API server knows what they say. */
  of(checkpoint: ObjectMeta): readonly CheckpointReview[] | undefined {
    const known = this.known(checkpoint);
    const whole = known.filter(isWhole);
    return whole.length === known.length ? whole : undefined;
  }

  #others({ metadata, spec }: KnownReview): readonly KnownReview[] {
    const reviews = this.#byCheckpoint.get(spec.checkpoint.uid) ?? [];
    return reviews.filter((other) => other.metadata.uid !== metadata.uid);
  }
}

function isWhole(review: KnownReview): review is CheckpointReview {
  return 'verdict' in review.spec;
}
