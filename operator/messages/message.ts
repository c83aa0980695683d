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

/** Where many questions wait for a channel: how many. Unescaped, and with nothing that an agent wrote. */
export interface DigestView {
  readonly channel: string;
  readonly headline: string;
  readonly lines: readonly string[];
}
