// Made from the CRDs beside this file; do not edit. To change it: make generate

import type { ObjectMeta } from './meta.ts';

export type { ObjectMeta, OwnerReference } from './meta.ts';

/**
 * Its kind.
 */
export type RuleKind = 'CheckpointRule' | 'ClusterCheckpointRule';
/**
 * What the rule decides.
 */
export type RuleDecision = 'AutoApprove' | 'AutoDeny' | 'Suggest' | 'RequireApproval' | 'Inform';
/**
 * Whether it was acted on.
 */
export type RuleMode = 'Enforce' | 'Shadow';
/**
 * Whether the agent may go on; only Approved says yes.
 */
export type Outcome = 'Approved' | 'Denied' | 'TimedOut';
/**
 * Why. Approved: RuleApproved, PersonApproved. Denied: RuleDenied, Suggested (a rule lets the agent only suggest), PersonDenied, Invalid (out of bounds; admission was missing). TimedOut: Unanswered, Incomplete (some approvals, not all), Undelivered (no message reached its channel).
 */
export type Reason =
  | 'RuleApproved'
  | 'RuleDenied'
  | 'Suggested'
  | 'PersonApproved'
  | 'PersonDenied'
  | 'Unanswered'
  | 'Incomplete'
  | 'Undelivered'
  | 'Invalid';
/**
 * What they said.
 */
export type Verdict = 'Approve' | 'Deny';

/**
 * Who created it. Stamped at admission, never taken from the client.
 */
export interface Identity {
  /**
   * Name of the API user.
   */
  username: string;
  /**
   * Identifier of the API user.
   */
  uid?: string;
  /**
   * Groups of the API user.
   *
   * @maxItems 256
   */
  groups?: string[];
}
/**
 * What the agent wants to do. Immutable.
 */
export interface CheckpointSpec {
  /**
   * What the agent wants to do, e.g. process_refund.
   */
  action: string;
  /**
   * A display name. The agent's own claim, so rules never trust it. Default: the name of the requesting service account.
   */
  agent?: string;
  /**
   * The facts that rules and people judge: free JSON, at most 64 KiB and 32 levels deep, lists of at most 1000 items, numbers below 2^53 (exact decimals travel as strings).
   */
  context?: {
    [k: string]: unknown;
  };
  /**
   * An optional sentence, always shown as the agent's own words.
   */
  summary?: string;
  /**
   * How long an answer is waited for, in seconds, from 10 to 2592000 (30 days). Default 1800 (30 minutes).
   */
  timeoutSeconds?: number;
  /**
   * How long after its decision the object is deleted, in seconds, at least 3600 (an hour). Default 259200 (3 days).
   */
  ttlSecondsAfterDecision?: number;
  requester?: Identity;
}
/**
 * The rule.
 */
export interface RuleRef {
  kind: RuleKind;
  /**
   * Its name.
   */
  name: string;
}
/**
 * This interface was referenced by `Unused`'s JSON-Schema
 * via the `definition` "Evaluation".
 */
export interface Evaluation {
  ruleRef: RuleRef;
  /**
   * Its generation.
   */
  generation: number;
  /**
   * Whether its condition held or could not be evaluated.
   */
  result: 'Matched' | 'Error';
  decision: RuleDecision;
  mode: RuleMode;
  /**
   * Its condition's text.
   */
  condition?: string;
  /**
   * The sentence it words or why it failed.
   */
  message?: string;
  /**
   * Why the sentence it words could not be made; the result stands all the same.
   */
  messageError?: string;
}
/**
 * This interface was referenced by `Unused`'s JSON-Schema
 * via the `definition` "Requirement".
 */
export interface Requirement {
  ruleRef?: RuleRef;
  /**
   * How many people must approve.
   */
  minApprovals: number;
  /**
   * Who fits; with groups both empty, anybody with the right.
   *
   * @minItems 1
   * @maxItems 64
   */
  users?: string[];
  /**
   * Who fits; with groups both empty, anybody with the right.
   *
   * @minItems 1
   * @maxItems 64
   */
  groups?: string[];
}
/**
 * This interface was referenced by `Unused`'s JSON-Schema
 * via the `definition` "Notification".
 */
export interface Notification {
  /**
   * The chat product.
   */
  provider: 'Slack';
  /**
   * The channel's id.
   */
  channel: string;
  /**
   * Pending before it is posted, Sent, Failed with lastError, Final once it shows the end.
   */
  state: 'Pending' | 'Sent' | 'Failed' | 'Final';
  /**
   * The message's id in the channel.
   */
  messageID?: string;
  /**
   * A link to the message.
   */
  permalink?: string;
  /**
   * How often posting was tried.
   */
  attempts: number;
  /**
   * Why the last attempt failed.
   */
  lastError?: string;
  /**
   * A hash of what was written into the message.
   */
  renderedHash?: string;
  /**
   * A hash of what Slack answered that it keeps of the message; only where it differs from renderedHash.
   */
  storedHash?: string;
}
/**
 * Who or what decided.
 */
export interface DecidedBy {
  /**
   * What kind of decider.
   */
  type: 'Rule' | 'Person' | 'Deadline' | 'Operator';
  /**
   * Its name.
   */
  name: string;
}
/**
 * This interface was referenced by `Unused`'s JSON-Schema
 * via the `definition` "CountedReview".
 */
export interface CountedReview {
  /**
   * The CheckpointReview.
   */
  name: string;
  /**
   * Who gave it.
   */
  username: string;
  verdict: Verdict;
  /**
   * Why.
   */
  reason?: string;
  /**
   * When it was given.
   */
  time: string;
}
/**
 * The one final decision.
 */
export interface Decision {
  outcome: Outcome;
  reason: Reason;
  /**
   * For people.
   */
  message?: string;
  /**
   * When.
   */
  decisionTime: string;
  decidedBy: DecidedBy;
  /**
   * The uid of the object that was judged.
   */
  checkpointUID: string;
  ruleRef?: RuleRef;
  /**
   * The reviews that counted.
   *
   * @maxItems 320
   */
  reviews?: CountedReview[];
}
/**
 * This interface was referenced by `Unused`'s JSON-Schema
 * via the `definition` "Condition".
 */
export interface Condition {
  /**
   * Type of the condition, in CamelCase: Decided, Approved and Notified; Reconciling and Stalled for GitOps tools.
   */
  type: string;
  /**
   * Status of the condition: True, False or Unknown.
   */
  status: 'True' | 'False' | 'Unknown';
  /**
   * The metadata.generation of the object that the condition was set for.
   */
  observedGeneration?: number;
  /**
   * The last time the condition changed from one status to another.
   */
  lastTransitionTime: string;
  /**
   * Why the condition was set last, as one word in CamelCase for programs.
   */
  reason: string;
  /**
   * Details of the last transition for people. May be empty.
   */
  message: string;
}
/**
 * The answer. Written by the operator alone.
 */
export interface CheckpointStatus {
  /**
   * When it times out; creationTimestamp plus timeoutSeconds.
   */
  deadline?: string;
  /**
   * The rules that matched or failed, as they stood when they were asked. Frozen by the decision.
   *
   * @maxItems 32
   */
  evaluations?: Evaluation[];
  /**
   * What is needed from people. Fixed at the first evaluation.
   *
   * @minItems 1
   * @maxItems 32
   */
  requirements?: Requirement[];
  /**
   * Where the question was sent, and how far that came.
   *
   * @maxItems 64
   */
  notifications?: Notification[];
  decision?: Decision;
  /**
   * True once decided and every message shows the end; nothing is left to do.
   */
  settled?: boolean;
  /**
   * The metadata.generation that the status was last written for; -1 before.
   */
  observedGeneration?: number;
  /**
   * The latest observations of the checkpoint. Decided: Unknown (Pending) until the operator has seen it, False (AwaitingRules, AwaitingReview), then True with the decision's reason. Approved: set once decided, with the same reason. Notified: whether every channel has the message; absent where nobody has to be asked. Reconciling is True while undecided, Stalled is True once denied or timed out.
   *
   * @maxItems 16
   */
  conditions?: Condition[];
}
/**
 * A question by an agent before an irreversible action and, in status, its one final answer.
 */
export interface Checkpoint {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: CheckpointSpec;
  status?: CheckpointStatus;
}
/**
 * Who must be asked.
 */
export interface Approval {
  /**
   * How many people must approve.
   */
  minApprovals?: number;
  /**
   * Who fits; with groups both absent, anybody with the right.
   *
   * @minItems 1
   * @maxItems 64
   */
  users?: string[];
  /**
   * Who fits; with groups both absent, anybody with the right.
   *
   * @minItems 1
   * @maxItems 64
   */
  groups?: string[];
}
/**
 * What the rule is for and what it decides.
 */
export interface RuleSpec {
  /**
   * Exact names or globs with *; the rule is for a checkpoint whose action fits one.
   *
   * @minItems 1
   * @maxItems 64
   */
  actions: string[];
  /**
   * Globs with * on the stamped username; absent, anybody.
   *
   * @minItems 1
   * @maxItems 64
   */
  requesters?: string[];
  /**
   * CEL of type bool; absent, always.
   */
  condition?: string;
  decision: RuleDecision;
  mode?: RuleMode;
  /**
   * CEL of type string; the sentence people read.
   */
  message?: string;
  approval?: Approval;
  /**
   * Where people are told.
   */
  notify?: {
    /**
     * In Slack.
     */
    slack?: {
      /**
       * A channel's id, e.g. C0123ABCD45.
       */
      channel: string;
    };
  };
  /**
   * What an evaluation error does, Ask (default) a person or Deny. It never approves.
   */
  onError?: 'Ask' | 'Deny';
}
/**
 * Whether the rule is in force.
 */
export interface RuleStatus {
  /**
   * The metadata.generation that is in force; -1 before.
   */
  observedGeneration?: number;
  /**
   * Ready, and Stalled where an expression does not compile.
   *
   * @maxItems 16
   */
  conditions?: Condition[];
}
/**
 * A rule on the checkpoints of its namespace: what matches it is approved, denied, kept as a suggestion, or put to people.
 */
export interface CheckpointRule {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: RuleSpec;
  status?: RuleStatus;
}
/**
 * The namespaces it is for; absent, all.
 */
export interface LabelSelector {
  /**
   * Labels that must be there with these values.
   */
  matchLabels?: {
    [k: string]: string;
  };
  /**
   * Conditions on labels that must all hold.
   *
   * @minItems 1
   * @maxItems 32
   */
  matchExpressions?: {
    /**
     * The label.
     */
    key: string;
    /**
     * How it is compared.
     */
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    /**
     * What it is compared with.
     *
     * @minItems 1
     * @maxItems 64
     */
    values?: string[];
  }[];
}
/**
 * A rule on the checkpoints of the cluster: what matches it is approved, denied, kept as a suggestion, or put to people.
 */
export interface ClusterCheckpointRule {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: RuleSpec & {
    namespaceSelector?: LabelSelector;
  };
  status?: RuleStatus;
}
/**
 * The click.
 */
export interface SlackSource {
  /**
   * The workspace's id.
   */
  team: string;
  /**
   * The member's id.
   */
  user: string;
  /**
   * The channel's id.
   */
  channel: string;
  /**
   * The message's id.
   */
  messageID: string;
}
/**
 * The verdict. Immutable.
 */
export interface CheckpointReviewSpec {
  /**
   * The question that is answered. The uid is required, because another object may bear the name by now.
   */
  checkpoint: {
    /**
     * Its name.
     */
    name: string;
    /**
     * Its metadata.uid.
     */
    uid: string;
  };
  verdict: Verdict;
  /**
   * Why.
   */
  reason?: string;
  reviewer?: Identity;
  /**
   * Where the verdict was given. Stamped at admission.
   */
  via?: {
    /**
     * By the API itself, or by a click.
     */
    type: 'Kubernetes' | 'Slack';
    slack?: SlackSource;
  };
}
/**
 * One person's verdict on one checkpoint.
 */
export interface CheckpointReview {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: CheckpointReviewSpec;
}
/**
 * Links one chat account to a Kubernetes identity. It grants no right; RBAC does.
 */
export interface ReviewerIdentity {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  /**
   * The account and the identity.
   */
  spec: {
    /**
     * The Kubernetes user that the account acts as.
     */
    username: string;
    /**
     * The groups of that user.
     *
     * @minItems 1
     * @maxItems 64
     */
    groups?: string[];
    /**
     * The account.
     */
    slack: {
      /**
       * The workspace's id.
       */
      team: string;
      /**
       * The member's id.
       */
      user: string;
    };
  };
}
