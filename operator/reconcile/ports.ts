import type { Checkpoint, CheckpointReview, CheckpointStatus } from '../../crds/types.ts';
import type { RuleFreshness, RuleResult } from '../decision/facts.ts';
import type { Notifier } from '../decision/message.ts';
import type { Logger } from '../log.ts';

/** A checkpoint's place in the API: `namespace/name`. */
export type CheckpointKey = `${string}/${string}`;

export interface LiveReviews {
  readonly reviews: readonly CheckpointReview[];
  /** The `Date` of the answer: nothing that was readable then is missing. */
  readonly listedAt: Date;
}

/** What rules need to know about a namespace, and where its questions go. */
export interface NamespaceFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly slackChannel?: string;
  /** What is wrong with the channel that the namespace names. */
  readonly channelProblem?: string;
}

/** What rules say of a checkpoint, or since when they are being evaluated. */
export type RuleAnswer =
  | { readonly state: 'Known'; readonly results: readonly RuleResult[] }
  | { readonly state: 'Evaluating'; readonly since: Date };

/** The doors to the outside that a pass over a checkpoint may use. */
export interface Ports {
  /** From the watch; undefined once it is gone or settled. */
  cached(key: CheckpointKey): Checkpoint | undefined;
  /** From the API server; undefined where it does not exist. */
  read(key: CheckpointKey): Promise<Checkpoint | undefined>;
  /** From the watch: the stored reviews that name this object's uid. */
  cachedReviews(checkpoint: Checkpoint): readonly CheckpointReview[];
  /** From the API server: the stored reviews that name this object's uid. */
  listReviews(checkpoint: Checkpoint): Promise<LiveReviews>;
  /** Asks the API server whether this review's giver holds its verb now. */
  mayReview(review: CheckpointReview, checkpoint: Checkpoint): Promise<boolean>;
  namespace(name: string): Promise<NamespaceFacts>;
  /** What the rules say. Where it is not known yet, the key is run again when it is. */
  ruleResults(checkpoint: Checkpoint, namespace: NamespaceFacts): RuleAnswer;
  /** Whether the rules, and what is known of the namespace, may be relied on for an approval. */
  freshness(namespace: string): RuleFreshness;
  /** Has that confirmed; the key is run again when it is. */
  proveRules(key: CheckpointKey): void;
  /** Writes status if the object is still the one given; throws an `ApiError` 409 otherwise. */
  patchStatus(checkpoint: Checkpoint, status: CheckpointStatus): Promise<Checkpoint>;
  /** Told after each write that changed something. Never throws. */
  written(before: Checkpoint, after: Checkpoint): void;
  /** Told when nothing more is to be decided about it. Never throws. */
  over(checkpoint: Checkpoint): void;
  readonly notifier: Notifier;
  readonly log: Logger;
  now(): Date;
}

export function keyOf({ metadata }: Pick<Checkpoint, 'metadata'>): CheckpointKey {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The namespace and the name in a key. */
export function partsOf(key: CheckpointKey): [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
