// Made from the CRDs beside this file; do not edit. To change it: make generate

import type { ObjectMeta } from './meta.ts';

export type { ObjectMeta, OwnerReference } from './meta.ts';

/**
 * kind is the kind of the rule.
 */
export type RuleKind = 'CheckpointRule' | 'ClusterCheckpointRule';
/**
 * decision is the spec.decision of the rule.
 */
export type RuleDecision = 'AutoApprove' | 'AutoDeny' | 'Suggest' | 'RequireApproval' | 'Inform';
/**
 * mode is Enforce if the rule was acted on, and Shadow if it was only recorded.
 */
export type RuleMode = 'Enforce' | 'Shadow';
/**
 * outcome is Approved, Denied or TimedOut. Only Approved lets the agent go on.
 */
export type Outcome = 'Approved' | 'Denied' | 'TimedOut';
/**
 * reason is why. Approved: RuleApproved or PersonApproved. Denied: RuleDenied, Suggested (a rule lets the agent only suggest), PersonDenied, or Invalid (out of bounds; admission was missing). TimedOut: Unanswered, Incomplete (some approvals, not all), or Undelivered (channels were named, none got the message, and nobody approved).
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
 * verdict is what that person decided.
 */
export type Verdict = 'Approve' | 'Deny';

/**
 * requester is the API user who created the Checkpoint. It is set by the admission webhook, over whatever a client writes here.
 */
export interface Identity {
  /**
   * username is the name of the API user.
   */
  username: string;
  /**
   * uid is the identifier of the API user, where the API server knows one.
   */
  uid?: string;
  /**
   * groups are the groups of the API user.
   *
   * @maxItems 256
   */
  groups?: string[];
}
/**
 * spec is what the agent wants to do. It cannot be changed; to ask something else, create another Checkpoint.
 */
export interface CheckpointSpec {
  /**
   * action names what the agent wants to do, for example process_refund. Rules select Checkpoints by it.
   */
  action: string;
  /**
   * agent is a display name for the agent. It is the agent's own claim, so no rule should rely on it. Defaults to the name of the service account that creates the Checkpoint, or else to the username.
   */
  agent?: string;
  /**
   * context holds the facts that rules and people judge, as free JSON. It may have 64 KiB, 32 levels and 1000 items in each list. The absolute value of a number must be below 2^53; send exact decimals as strings.
   */
  context?: {
    [k: string]: unknown;
  };
  /**
   * summary is a sentence for the people who decide. It is always shown as the agent's own words.
   */
  summary?: string;
  /**
   * timeoutSeconds is how long an answer is awaited, in seconds from the creation. Without an answer the Checkpoint then times out, which is a no. Must be from 10 to 2592000 (30 days). Defaults to 1800 (30 minutes).
   */
  timeoutSeconds?: number;
  /**
   * ttlSecondsAfterDecision is how long the Checkpoint is kept after its decision, in seconds. Must be at least 3600 (1 hour). Defaults to 259200 (3 days).
   */
  ttlSecondsAfterDecision?: number;
  requester?: Identity;
}
/**
 * ruleRef identifies the rule.
 */
export interface RuleRef {
  kind: RuleKind;
  /**
   * name is the name of the rule. A CheckpointRule is in the namespace of the Checkpoint.
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
   * generation is the metadata.generation of the rule that was evaluated.
   */
  generation: number;
  /**
   * result is Matched if the condition of the rule held, and Error if it could not be evaluated. Rules whose condition did not hold are not listed.
   */
  result: 'Matched' | 'Error';
  decision: RuleDecision;
  mode: RuleMode;
  /**
   * condition is the text of the rule's condition. It is absent if the rule has none.
   */
  condition?: string;
  /**
   * message is the sentence that the rule words for people, or why the rule could not be evaluated.
   */
  message?: string;
  /**
   * messageError is why the rule's message could not be evaluated. The result stands all the same.
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
   * minApprovals is how many people must approve.
   */
  minApprovals: number;
  /**
   * users are the people who may give this approval, by their usernames. If users and groups are both absent, everybody with the right to review may.
   *
   * @minItems 1
   * @maxItems 64
   */
  users?: string[];
  /**
   * groups are the groups whose members may give this approval. If users and groups are both absent, everybody with the right to review may.
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
   * provider is the chat product.
   */
  provider: 'Slack';
  /**
   * channel is the identifier of the channel.
   */
  channel: string;
  /**
   * state is how far the message has come: Pending before it is posted, Sent while it asks, Failed if the last attempt failed and it is tried again, and Final when nothing more is done about it.
   */
  state: 'Pending' | 'Sent' | 'Failed' | 'Final';
  /**
   * messageID is the identifier of the message in its channel.
   */
  messageID?: string;
  /**
   * permalink is a link to the message.
   */
  permalink?: string;
  /**
   * attempts is how often it was attempted to post the message.
   */
  attempts: number;
  /**
   * lastError is why the last attempt failed.
   */
  lastError?: string;
  /**
   * renderedHash is a hash of what the operator wrote into the message.
   */
  renderedHash?: string;
  /**
   * storedHash is a hash of the message as the chat product stored it. It is set only where that differs from renderedHash.
   */
  storedHash?: string;
}
/**
 * decidedBy is who or what decided.
 */
export interface DecidedBy {
  /**
   * type is what kind of decider it was: Rule for a rule that matched, Person for one or more reviews, Deadline if spec.timeoutSeconds passed without an answer, and Operator for the reason Invalid.
   */
  type: 'Rule' | 'Person' | 'Deadline' | 'Operator';
  /**
   * name is the name of the rule, or the usernames of the people; for the other types it is deadline or operator.
   */
  name: string;
}
/**
 * This interface was referenced by `Unused`'s JSON-Schema
 * via the `definition` "CountedReview".
 */
export interface CountedReview {
  /**
   * name is the name of the CheckpointReview.
   */
  name: string;
  /**
   * username is the name of the API user who gave the review.
   */
  username: string;
  verdict: Verdict;
  /**
   * reason is why, in that person's words.
   */
  reason?: string;
  /**
   * time is when the review was created.
   */
  time: string;
}
/**
 * decision is the one final answer. Once set it is neither changed nor removed.
 */
export interface Decision {
  outcome: Outcome;
  reason: Reason;
  /**
   * message explains the decision to people.
   */
  message?: string;
  /**
   * decisionTime is when the decision was made, by the API server's clock.
   */
  decisionTime: string;
  decidedBy: DecidedBy;
  /**
   * checkpointUID is the metadata.uid of the Checkpoint that was judged. Compare it before you act: another Checkpoint may bear the same name by now.
   */
  checkpointUID: string;
  ruleRef?: RuleRef;
  /**
   * reviews are the reviews that counted.
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
   * type is the type of the condition in CamelCase: Decided, Approved or Notified; Reconciling and Stalled are for GitOps tools.
   */
  type: string;
  /**
   * status is the status of the condition: True, False or Unknown.
   */
  status: 'True' | 'False' | 'Unknown';
  /**
   * observedGeneration is the metadata.generation that the condition was set for. If metadata.generation is higher, the condition is out of date.
   */
  observedGeneration?: number;
  /**
   * lastTransitionTime is when the status of the condition last changed.
   */
  lastTransitionTime: string;
  /**
   * reason is one word in CamelCase that tells programs why the condition has its status.
   */
  reason: string;
  /**
   * message explains the condition to people. It may be empty.
   */
  message: string;
}
/**
 * status is the answer, and what led to it. Only the operator writes it.
 */
export interface CheckpointStatus {
  /**
   * deadline is when the Checkpoint times out: its creation time plus spec.timeoutSeconds. It is written once.
   */
  deadline?: string;
  /**
   * evaluations are the rules that matched or could not be evaluated, as they were at that time. They do not change after the decision.
   *
   * @maxItems 32
   */
  evaluations?: Evaluation[];
  /**
   * requirements are the approvals that people must give. Each must be met. One approval counts for each requirement that accepts the person who gave it. They are fixed at the first evaluation.
   *
   * @minItems 1
   * @maxItems 32
   */
  requirements?: Requirement[];
  /**
   * notifications are the messages about the Checkpoint, one for each channel.
   *
   * @maxItems 64
   */
  notifications?: Notification[];
  decision?: Decision;
  /**
   * settled is true once the Checkpoint is decided and nothing is left to do about its messages.
   */
  settled?: boolean;
  /**
   * observedGeneration is the metadata.generation that the status was last written for. It is -1 until the operator has seen the Checkpoint.
   */
  observedGeneration?: number;
  /**
   * conditions are the latest observations of the Checkpoint. Decided is Unknown (Pending) until the operator has seen it, False (AwaitingRules, AwaitingReview) while it is open, and then True with the reason of the decision. Approved is set once it is decided, with the same reason. Notified is whether every channel has the message; it is absent if nobody has to be asked. Reconciling is True while undecided, and Stalled is True once denied or timed out.
   *
   * @maxItems 16
   */
  conditions?: Condition[];
}
/**
 * Checkpoint is a question that an agent asks before an irreversible action. Its status holds the one final answer.
 */
export interface Checkpoint {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: CheckpointSpec;
  status?: CheckpointStatus;
}
/**
 * approval is who must be asked. It is for the decision RequireApproval only.
 */
export interface Approval {
  /**
   * minApprovals is how many people must approve. Defaults to 1.
   */
  minApprovals?: number;
  /**
   * users are the people who may give this approval, by their usernames. If users and groups are both absent, everybody with the right to review may.
   *
   * @minItems 1
   * @maxItems 64
   */
  users?: string[];
  /**
   * groups are the groups whose members may give this approval. If users and groups are both absent, everybody with the right to review may.
   *
   * @minItems 1
   * @maxItems 64
   */
  groups?: string[];
}
/**
 * spec is what the rule matches and what it decides.
 */
export interface RuleSpec {
  /**
   * actions are the actions that the rule is for: exact names, or globs in which * stands for any characters. One of them must fit.
   *
   * @minItems 1
   * @maxItems 64
   */
  actions: string[];
  /**
   * requesters are the usernames that the rule is for, as globs in which * stands for any characters. If absent, the rule is for everybody.
   *
   * @minItems 1
   * @maxItems 64
   */
  requesters?: string[];
  /**
   * condition is a CEL expression of type bool that must hold. If absent, the rule always matches.
   */
  condition?: string;
  decision: RuleDecision;
  mode?: RuleMode;
  /**
   * message is a CEL expression of type string. It gives the sentence that people read first.
   */
  message?: string;
  approval?: Approval;
  /**
   * notify is where people are told. If absent, they are told in the channel of the namespace, or else of the operator; of an AutoApprove nobody is told then. Of an AutoDeny nobody is told, even with notify.
   */
  notify?: {
    /**
     * slack is where people are told in Slack.
     */
    slack?: {
      /**
       * channel is the identifier of a Slack channel, for example C0123ABCD45.
       */
      channel: string;
    };
  };
  /**
   * onError is what happens if the rule cannot be evaluated: Ask asks a person, and Deny denies. Neither ever approves. Defaults to Ask.
   */
  onError?: 'Ask' | 'Deny';
}
/**
 * status is whether the rule is in force. Only the operator writes it.
 */
export interface RuleStatus {
  /**
   * observedGeneration is the metadata.generation that the status was last written for. It is -1 until the operator has seen the rule.
   */
  observedGeneration?: number;
  /**
   * conditions are the latest observations of the rule. Ready is True once the rule is in force, and False if it cannot be; then Stalled is True.
   *
   * @maxItems 16
   */
  conditions?: Condition[];
}
/**
 * CheckpointRule decides what becomes of the Checkpoints of its namespace that it matches: they are approved, denied, kept as a suggestion, or put to people.
 */
export interface CheckpointRule {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: RuleSpec;
  status?: RuleStatus;
}
/**
 * namespaceSelector selects the namespaces that the rule is for, by their labels. If absent, the rule is for all.
 */
export interface LabelSelector {
  /**
   * matchLabels are labels that a namespace must have, with these values.
   */
  matchLabels?: {
    [k: string]: string;
  };
  /**
   * matchExpressions are requirements on the labels of a namespace. All must be met.
   *
   * @minItems 1
   * @maxItems 32
   */
  matchExpressions?: {
    /**
     * key is the key of the label.
     */
    key: string;
    /**
     * operator is how the label is compared with values.
     */
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    /**
     * values are what the label is compared with. They are required for In and NotIn, and absent for others.
     *
     * @minItems 1
     * @maxItems 64
     */
    values?: string[];
  }[];
}
/**
 * ClusterCheckpointRule decides what becomes of the Checkpoints that it matches, in the namespaces that it selects: they are approved, denied, kept as a suggestion, or put to people.
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
 * slack identifies the click. It is required for the type Slack, and absent for others.
 */
export interface SlackSource {
  /**
   * team is the identifier of the Slack workspace.
   */
  team: string;
  /**
   * user is the identifier of the member who clicked.
   */
  user: string;
  /**
   * channel is the identifier of the channel.
   */
  channel: string;
  /**
   * messageID is the identifier of the message in its channel.
   */
  messageID: string;
}
/**
 * spec is the verdict. It cannot be changed; create another CheckpointReview instead.
 */
export interface CheckpointReviewSpec {
  /**
   * checkpoint identifies the Checkpoint that is reviewed, in the same namespace.
   */
  checkpoint: {
    /**
     * name is the name of the Checkpoint.
     */
    name: string;
    /**
     * uid is the metadata.uid of the Checkpoint. It is required, because another Checkpoint may bear the same name by now.
     */
    uid: string;
  };
  verdict: Verdict;
  /**
   * reason is why, in the person's words.
   */
  reason?: string;
  reviewer?: Identity;
  /**
   * via is where the verdict was given. It is set by the admission webhook.
   */
  via?: {
    /**
     * type is Kubernetes for a review that the person created, and Slack for a click.
     */
    type: 'Kubernetes' | 'Slack';
    slack?: SlackSource;
  };
}
/**
 * CheckpointReview is one person's verdict on one Checkpoint.
 */
export interface CheckpointReview {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: CheckpointReviewSpec;
}
/**
 * ReviewerIdentity links one chat account to a Kubernetes user. It grants no right; RBAC does.
 */
export interface ReviewerIdentity {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  /**
   * spec is the account and the user.
   */
  spec: {
    /**
     * username is the name of the Kubernetes user that the account acts as. Whoever writes it must be allowed to impersonate that user.
     */
    username: string;
    /**
     * groups are the groups of that user. Whoever writes them must be allowed to impersonate each of them.
     *
     * @minItems 1
     * @maxItems 64
     */
    groups?: string[];
    /**
     * slack is the account.
     */
    slack: {
      /**
       * team is the identifier of the Slack workspace, or of the Enterprise Grid organisation.
       */
      team: string;
      /**
       * user is the identifier of the member.
       */
      user: string;
    };
  };
}
