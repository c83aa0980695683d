/** The API group of all five kinds. */
export const GROUP = 'approvalgate.dev';
const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;

/** A namespace's Slack channel, where no rule names one. */
export const SLACK_CHANNEL_ANNOTATION = `${GROUP}/slack-channel`;

/** How one kind is addressed over HTTP. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const own = (kind: string, plural: string, namespaced: boolean): ResourceType => ({
  group: GROUP,
  version: VERSION,
  kind,
  plural,
  namespaced,
});

/** A kind of Kubernetes' own, of version v1; `group` is empty for the core. */
export function builtin(group: string, kind: string, plural: string, namespaced: boolean): ResourceType {
  return { group, version: 'v1', kind, plural, namespaced };
}

export const NAMESPACES = builtin('', 'Namespace', 'namespaces', false);
export const LEASES = builtin('coordination.k8s.io', 'Lease', 'leases', true);

export const ADMISSION_GROUP = 'admissionregistration.k8s.io';

/** The kinds that tell the API server which webhooks to call, and whom to trust there. */
export const REGISTRATION_TYPES: readonly ResourceType[] = [
  builtin(ADMISSION_GROUP, 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', false),
  builtin(ADMISSION_GROUP, 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', false),
];

export const CHECKPOINTS = own('Checkpoint', 'checkpoints', true);
export const CHECKPOINT_RULES = own('CheckpointRule', 'checkpointrules', true);
export const CLUSTER_CHECKPOINT_RULES = own('ClusterCheckpointRule', 'clustercheckpointrules', false);
export const CHECKPOINT_REVIEWS = own('CheckpointReview', 'checkpointreviews', true);
export const REVIEWER_IDENTITIES = own('ReviewerIdentity', 'revieweridentities', false);
