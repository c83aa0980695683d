// Stand-in until generated from the CRDs: the generator must produce these names and shapes.
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  generateName?: string;
}
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  observedGeneration?: number;
  lastTransitionTime: string;
  reason: string;
  message: string;
}
export interface Identity {
  username: string;
  uid?: string;
  groups?: string[];
}
export interface CheckpointSpec {
  action: string;
  agent?: string;
  context?: Record<string, unknown>;
  summary?: string;
  timeoutSeconds?: number;
  ttlSecondsAfterDecision?: number;
  requester?: Identity;
}
export type RuleKind = 'CheckpointRule' | 'ClusterCheckpointRule';
export interface RuleRef {
  kind: RuleKind;
  name: string;
}
export type RuleDecision = 'AutoApprove' | 'AutoDeny' | 'Suggest' | 'RequireApproval' | 'Inform';
export type RuleMode = 'Enforce' | 'Shadow';
export interface Evaluation {
  ruleRef: RuleRef;
  generation: number;
  result: 'Matched' | 'Error';
  decision: RuleDecision;
  mode: RuleMode;
  condition?: string;
  message?: string;
}
export interface Requirement {
  ruleRef?: RuleRef;
  minApprovals: number;
  users?: string[];
  groups?: string[];
}
export interface Notification {
  provider: 'Slack';
  channel: string;
  state: 'Pending' | 'Sent' | 'Failed' | 'Final';
  messageID?: string;
  permalink?: string;
  attempts: number;
  lastError?: string;
  renderedHash?: string;
}
export type Outcome = 'Approved' | 'Denied' | 'TimedOut';
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
export interface DecidedBy {
  type: 'Rule' | 'Person' | 'Deadline' | 'Operator';
  name: string;
}
export type Verdict = 'Approve' | 'Deny';
export interface CountedReview {
  name: string;
  username: string;
  verdict: Verdict;
  reason?: string;
  time: string;
}
export interface Decision {
  outcome: Outcome;
  reason: Reason;
  message?: string;
  decisionTime: string;
  decidedBy: DecidedBy;
  checkpointUID: string;
  ruleRef?: RuleRef;
  reviews?: CountedReview[];
}
export interface CheckpointStatus {
  deadline?: string;
  evaluations?: Evaluation[];
  requirements?: Requirement[];
  notifications?: Notification[];
  decision?: Decision;
  settled?: boolean;
  observedGeneration?: number;
  conditions?: Condition[];
}
export interface Checkpoint {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: CheckpointSpec;
  status?: CheckpointStatus;
}
export interface Approval {
  minApprovals?: number;
  users?: string[];
  groups?: string[];
}
export interface RuleSpec {
  actions: string[];
  requesters?: string[];
  condition?: string;
  decision: RuleDecision;
  mode?: RuleMode;
  message?: string;
  approval?: Approval;
  notify?: { slack?: { channel: string } };
  onError?: 'Ask' | 'Deny';
}
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: {
    key: string;
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    values?: string[];
  }[];
}
export interface RuleStatus {
  observedGeneration?: number;
  conditions?: Condition[];
}
export interface CheckpointRule {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: RuleSpec;
  status?: RuleStatus;
}
export interface ClusterCheckpointRule {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: RuleSpec & { namespaceSelector?: LabelSelector };
  status?: RuleStatus;
}
export interface SlackSource {
  team: string;
  user: string;
  channel: string;
  messageID: string;
}
export interface CheckpointReviewSpec {
  checkpoint: { name: string; uid: string };
  verdict: Verdict;
  reason?: string;
  reviewer?: Identity;
  via?: { type: 'Kubernetes' | 'Slack'; slack?: SlackSource };
}
export interface CheckpointReview {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: CheckpointReviewSpec;
}
export interface ReviewerIdentity {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: { username: string; groups?: string[]; slack: { team: string; user: string } };
}
