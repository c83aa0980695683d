import type { CountedReview, Decision } from '../../crds/types.ts';

/** What a person is shown about one checkpoint, before any chat product's markup. All strings are unescaped. */
export interface MessageView {
  readonly checkpoint: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Asking: buttons. Decided, Withdrawn: the end is shown. Log: posted once, never had buttons. */
  readonly phase: 'Asking' | 'Decided' | 'Withdrawn' | 'Log';
  readonly channel: string;
  /** The sentence people read first, from a rule (trusted author, agent's values inside). */
  readonly sentence: string;
  readonly action: string;
  readonly agent: string;
  readonly requester: string;
  /** The agent's own sentence, shown as a quote marked as the agent's words. */
  readonly agentWords?: string;
  /** The context flattened to dotted keys with plain text values, in the agent's order. */
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  /** The whole context as JSON text, for the full view. */
  readonly contextJson: string;
  /** Why a person is asked, one sentence a cause. */
  readonly why: readonly string[];
  /** What is needed, one sentence a requirement, with the progress so far. */
  readonly needs: readonly string[];
  /** RFC 3339: when it was asked. No message about it is older. */
  readonly createdAt: string;
  /** RFC 3339. */
  readonly deadline: string;
  /** Verdicts that count so far. */
  readonly reviews: readonly CountedReview[];
  readonly decision?: Decision;
}

/** What the last attempt to bring a view to its channel came to. */
export type Delivery =
  | {
      readonly ok: true;
      readonly messageID: string;
      readonly permalink?: string;
      readonly renderedHash: string;
      /** The hash of what the chat product answered that it keeps, where that is another. */
      readonly storedHash?: string;
    }
  | {
      readonly ok: false;
      /** CamelCase, fit for a condition's reason, e.g. `SlackRateLimited`, `SlackNotInChannel`. */
      readonly reason: string;
      /** For people: what is wrong and the cure. Never a secret. */
      readonly message: string;
      readonly retryAfterSeconds?: number;
      /** The message that should have been updated is gone or can never be updated. */
      readonly lost?: boolean;
    };

/** What is known of a message before an attempt to bring it to its channel. */
export interface KnownMessage {
  readonly messageID?: string;
  readonly renderedHash?: string;
  readonly storedHash?: string;
  /** An earlier post may have succeeded unseen: find it before posting. */
  readonly searchFirst: boolean;
  /** Takes the place of a message that is gone. */
  readonly replaces?: boolean;
  /** Whether a post may still begin: later, another process may have taken over. */
  mayPost(): boolean;
}

/** The door to a chat product, as the reconciler sees it. */
export interface Notifier {
  /** Make the channel show `view`: update `messageID`, or post where there is none. Never throws. */
  deliver(view: MessageView, known: KnownMessage): Promise<Delivery>;
}
