import type { Decision, Evaluation, Requirement } from '../../crds/types.ts';
import type { ChannelRef } from '../model/channel-ref.ts';
import type { PendingReason } from './conditions.ts';

/** What `judge` concludes. Undecided is not an error: it says what is waited for and until when. */
export type Conclusion =
  | {
      readonly kind: 'Decided';
      readonly decision: Decision;
      readonly evaluations: readonly Evaluation[];
      /** Set when people answered before the rules were first evaluated. */
      readonly requirements?: readonly Requirement[];
      readonly logTo: readonly ChannelRef[];
    }
  | {
      readonly kind: 'Ask';
      readonly evaluations: readonly Evaluation[];
      readonly requirements: readonly Requirement[];
      /** Where people are asked. */
      readonly channels: readonly ChannelRef[];
      /** There is no channel because the rules that ask want none. */
      readonly isSilent: boolean;
      readonly lookAgainAt: Date;
    }
  | {
      readonly kind: 'Wait';
      readonly reason: PendingReason;
      readonly message: string;
      readonly lookAgainAt: Date;
    }
  /** Whoever denied may have the right to: that is about to be known, and nothing is worth a write before. */
  | { readonly kind: 'WaitForRights'; readonly lookAgainAt: Date }
  /** An approval is due, and rests on rules that have to be confirmed first. `sayInStatus`: they are late. */
  | { readonly kind: 'Prove'; readonly sayInStatus: boolean; readonly lookAgainAt: Date }
  /** A time-out is due, but a review in time may still be unread: list the reviews live and judge again. */
  | { readonly kind: 'ListReviews'; readonly lookAgainAt: Date };
