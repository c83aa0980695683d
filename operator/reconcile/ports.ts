import type { Checkpoint, CheckpointReview, CheckpointStatus } from '../../crds/types.ts';
import type { Facts, Routing } from '../decision/facts.ts';
import type { Logger } from '../log.ts';
import type { ChatProvider } from '../messages/provider.ts';
import type { ObjectKey } from '../model/references.ts';

/** A checkpoint's place in the API. */
export type CheckpointKey = ObjectKey;

export interface LiveReviews {
  readonly reviews: readonly CheckpointReview[];
  /** The `Date` of the answer: nothing that was readable then is missing. */
  readonly listedAt: Date;
}

/** What rules need to know about a namespace, and where its questions go. */
export interface NamespaceFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly routing: Routing;
}

/** The doors to the outside that a pass over a checkpoint may use. */
export interface Ports {
  /** From the watch; undefined once it is gone or settled. */
  getCached(key: CheckpointKey): Checkpoint | undefined;
  /** From the API server; undefined where it does not exist. */
  read(key: CheckpointKey): Promise<Checkpoint | undefined>;
  /** The stored reviews that name this object's uid: from the watch, or, where it does not hold them whole, live. */
  knownReviews(checkpoint: Checkpoint): Promise<readonly CheckpointReview[]>;
  /** From the API server: the stored reviews that name this object's uid. */
  listReviews(checkpoint: Checkpoint): Promise<LiveReviews>;
  /** Asks the API server whether this review's giver holds its verb now. */
  mayReview(review: CheckpointReview, checkpoint: Checkpoint): Promise<boolean>;
  namespace(name: string): Promise<NamespaceFacts>;
  /** What the rules in force say, and whether that may be relied on, of one instant: when it is this checkpoint's turn. */
  rules(checkpoint: Checkpoint, namespace: NamespaceFacts): Promise<Pick<Facts, 'ruleResults' | 'freshness'>>;
  /** Has the rules, and what is known of the namespace, confirmed; the key is run again when they are. */
  proveRules(key: CheckpointKey): void;
  /** Writes status if the object is still the one given; throws an `ApiError` 409 otherwise. */
  patchStatus(checkpoint: Checkpoint, status: CheckpointStatus): Promise<Checkpoint>;
  /** Told after each write that changed something. Never throws. */
  onStatusWritten(before: Checkpoint, after: Checkpoint): void;
  /** Told when nothing more is to be decided about it. Never throws. */
  release(checkpoint: Checkpoint): void;
  /** The chat products of this process. */
  readonly providers: readonly ChatProvider[];
  readonly log: Logger;
  now(): Date;
}
