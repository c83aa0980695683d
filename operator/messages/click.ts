import type {
  Checkpoint,
  CheckpointReviewSpec,
  Decision,
  ReviewerIdentity,
  Verdict,
} from '../../crds/types.ts';

/** The virtual verbs on `checkpoints` that RBAC grants to people who decide. */
export type ReviewVerb = Lowercase<Verdict>;

/** An account in a chat product, and how the API links it to a Kubernetes user. */
export interface ChatAccount {
  /** The one name that the schema allows for its `ReviewerIdentity`, so that no account is linked twice. */
  readonly identity: string;
  /** Whether an identity of that name is about this very account. */
  isLinkedBy(identity: ReviewerIdentity): boolean;
  /** What an administrator completes and applies to link the account, as YAML. */
  linkingManifest(): string;
}

/** One click, as evidence: which account chose which verdict under which message. */
export interface Click {
  readonly account: ChatAccount;
  /** Where it was clicked, as the review records it. */
  readonly via: NonNullable<CheckpointReviewSpec['via']>;
  /** The very object that was asked about, as the watch shows it. It may have ended since: then admission refuses. */
  readonly checkpoint: Checkpoint;
  readonly verdict: Verdict;
  readonly reason?: string;
}

/** What became of a click. Closed: whoever answers the person has a sentence for each. */
export type ClickResult =
  | { readonly outcome: 'Recorded' }
  | { readonly outcome: 'AlreadyRecorded' }
  | { readonly outcome: 'NotLinked'; readonly manifest: string }
  | {
      readonly outcome: 'NotAllowed';
      readonly username: string;
      readonly verb: ReviewVerb;
      /** The ClusterRole to bind in the namespace. */
      readonly role: string;
      readonly namespace: string;
    }
  | { readonly outcome: 'SelfReview'; readonly username: string }
  | { readonly outcome: 'AlreadyDecided'; readonly decision: Decision }
  | { readonly outcome: 'Expired'; readonly deadline: string }
  | { readonly outcome: 'Gone' }
  | { readonly outcome: 'Failed'; readonly message: string };
