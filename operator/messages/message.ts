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

/** A message stands in its channel and shows the view. */
export interface Delivered {
  readonly ok: true;
  readonly messageID: string;
  /** Where it is known without another call. */
  readonly permalink?: string;
  readonly renderedHash: string;
  /** The hash of what the chat product answered that it keeps, where that is another. */
  readonly storedHash?: string;
}

export interface Undelivered {
  readonly ok: false;
  /** CamelCase, fit for a condition's reason, e.g. `SlackRateLimited`, `SlackNotInChannel`. */
  readonly reason: string;
  /** For people: what is wrong and the cure. Never a secret. */
  readonly message: string;
  readonly retryAfterSeconds?: number;
  /** The message that should have been updated is gone or can never be updated. */
  readonly lost?: true;
  /** The chat product may have taken the message all the same: it is looked for before the next post. */
  readonly inDoubt?: true;
  /** Nothing was tried, because the chat product takes no more questions just now: no failure, only too early. */
  readonly tooEarly?: true;
  /** Nothing that this process could try will ever help. */
  readonly hopeless?: true;
}

/** What the last attempt to bring a view to its channel came to. */
export type Delivery = Delivered | Undelivered;

/** A message of this operator about this very object, where the channel has one. */
export type Found = { readonly ok: true; readonly messageID?: string } | Undelivered;

export type SendKind = 'Post' | 'Update';

/** How much a chat product takes. Times in milliseconds. */
export interface Pace {
  /** Until it takes the next one; 0: now. */
  waitMs(kind: SendKind, channel: string): number;
  /** Counts one that is sent now. */
  take(kind: SendKind, channel: string): void;
  /** Between two posts to one channel, where many wait. */
  readonly postIntervalMs: number;
}

/** The door to a chat product, as the reconciler sees it. Nothing here throws. */
export interface Notifier {
  /** Set where there is no chat product at all. */
  readonly off?: Undelivered;
  readonly pace: Pace;
  /** A fingerprint of what people would read. */
  hashOf(view: MessageView): string;
  /** What keeps every message from this channel, as far as that shows without posting. */
  check(channel: string): Promise<Undelivered | undefined>;
  /** Looks for the message in what the channel showed at `since` or later. */
  find(view: MessageView, since: Date): Promise<Found>;
  /** Not repeatable: each call may add a message. `replaces`: it takes the place of one that is gone. */
  post(view: MessageView, options: { readonly replaces: boolean }): Promise<Delivery>;
  update(view: MessageView, messageID: string): Promise<Delivery>;
  /** Asks for the link of a message: a convenience for readers of status; the message stands without it. */
  permalink(channel: string, messageID: string): Promise<string | undefined>;
}
