import type { Approval, Checkpoint, CheckpointReview, Evaluation } from '../../crds/types.ts';

/** What one rule said about one checkpoint: the part that is recorded, and the part that steers. */
export interface RuleResult extends Evaluation {
  readonly onError: 'Ask' | 'Deny';
  readonly approval?: Approval;
  /** Slack channel id that the rule names; absent: the namespace's or the operator's. */
  readonly channel?: string;
}

/** A stored review with the API server's answer to "may this person give this verdict?". */
export interface ReviewFact {
  readonly review: CheckpointReview;
  /** Undefined: there was no time for its answer. */
  readonly allowed: boolean | undefined;
}

/**
 * Whether the rules may be relied on. `Unlisted`: not all known yet. `Unproved`: within the last second nobody has seen
 * that they are what the API server has; `failingSince` is since when that fails although the API server answers other
 * questions, absent where it was only not asked, or does not answer.
 */
export type RuleFreshness =
  | { readonly state: 'Fresh' }
  | { readonly state: 'Unproved'; readonly failingSince?: Date }
  | { readonly state: 'Unlisted'; readonly since: Date };

/** Everything `decide` looks at. One instant `now` for the whole pass, in the API server's time. */
export interface Facts {
  readonly checkpoint: Checkpoint;
  readonly ruleResults: readonly RuleResult[];
  readonly freshness: RuleFreshness;
  readonly reviews: readonly ReviewFact[];
  /** The `Date` of a live list of the reviews, where one was made in this pass. */
  readonly reviewsListedAt?: Date;
  /** Where an asking rule without a channel of its own sends its message. */
  readonly defaultChannel?: string;
  /** What is wrong with the channel that the namespace names. */
  readonly channelProblem?: string;
  /** Why there is no chat product at all. */
  readonly chatOff?: { readonly reason: string; readonly message: string };
  readonly now: Date;
}
