import type { Approval, Checkpoint, CheckpointReview, Evaluation } from '../../crds/types.ts';
import type { ChannelRef } from '../model/channel-ref.ts';

/** What one rule said about one checkpoint: the part that is recorded, and the part that steers. */
export interface RuleResult extends Evaluation {
  readonly onError: 'Ask' | 'Deny';
  readonly approval?: Approval;
  /** That the rule names; empty: the namespace's or the operator's. */
  readonly channels: readonly ChannelRef[];
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

/** The default channels of a namespace, and the explanation where there are none. */
export interface Routing {
  /** Where an asking rule without a channel of its own sends its message. */
  readonly defaults: readonly ChannelRef[];
  /** Why there is no chat product at all. */
  readonly off?: { readonly reason: string; readonly message: string };
  /** What is wrong with the channel that the namespace names. */
  readonly problem?: string;
  /** That no channel is known, and where one can be named. */
  readonly noneKnown: string;
}

/** Everything `decide` looks at. One instant `now` for the whole pass, in the API server's time. */
export interface Facts {
  readonly checkpoint: Checkpoint;
  readonly ruleResults: readonly RuleResult[];
  readonly freshness: RuleFreshness;
  readonly reviews: readonly ReviewFact[];
  /** The `Date` of a live list of the reviews, where one was made in this pass. */
  readonly reviewsListedAt?: Date;
  readonly routing: Routing;
  readonly now: Date;
}
