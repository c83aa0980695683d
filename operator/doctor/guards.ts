import {
  ADMISSION_GROUP,
  builtin,
  CHECKPOINT_REVIEWS,
  CHECKPOINT_RULES,
  CHECKPOINTS,
  CLUSTER_CHECKPOINT_RULES,
  GROUP,
  REGISTRATION_TYPES,
  REVIEWER_IDENTITIES,
} from '../../crds/names.ts';
import { REGISTRATION, type Registration } from '../certificates/registrations.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type Patient, repaired } from './look.ts';

const CRDS = builtin('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions', false);
const KINDS = [
  CHECKPOINTS,
  CHECKPOINT_RULES,
  CLUSTER_CHECKPOINT_RULES,
  CHECKPOINT_REVIEWS,
  REVIEWER_IDENTITIES,
];

const POLICIES = builtin(ADMISSION_GROUP, 'ValidatingAdmissionPolicy', 'validatingadmissionpolicies', false);
const BINDINGS = builtin(
  ADMISSION_GROUP,
  'ValidatingAdmissionPolicyBinding',
  'validatingadmissionpolicybindings',
  false,
);

/** The chart's policies, each with a binding of the same name. */
export const POLICY_NAMES = [
  'checkpoint',
  'checkpoint-delete',
  'frozen',
  'identity',
  'metadata',
  'review',
  'review-change',
  'rule',
  'rule-status',
  'status',
].map((name) => `approvalgate-${name}`);

interface Crd {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
interface Policy {
  readonly spec?: { readonly failurePolicy?: string };
}
interface Binding {
  readonly spec?: { readonly policyName?: string; readonly validationActions?: readonly string[] };
}

/** Whether the API server serves all of our kinds. */
export async function lookAtKinds(patient: Patient): Promise<Diagnosis[]> {
  const part = 'kinds';
  const found = await Promise.all(
    KINDS.map(async ({ plural }) => {
      const crd = await patient.client.get<Crd>(CRDS, { name: `${plural}.${GROUP}` });
      return crd?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True');
    }),
  );
  const missing = KINDS.filter((_, index) => found[index] !== true).map(({ plural }) => plural);
  if (missing.length === 0) return [{ part, state: 'Fine', text: `all ${KINDS.length} are served` }];
  return [
    {
      part,
      state: 'Missing',
      text: `the API server does not serve ${missing.join(', ')}`,
      cure: repaired(patient, 'crds.enabled=true'),
    },
  ];
}

/** Whether every policy is there and denies. Without one of them somebody could decide who must not. */
export async function lookAtPolicies(patient: Patient): Promise<Diagnosis[]> {
  const part = 'policies';
  const holds = await Promise.all(
    POLICY_NAMES.map(async (name) => {
      const policy = await patient.client.get<Policy>(POLICIES, { name });
      const binding = await patient.client.get<Binding>(BINDINGS, { name });
      const denies =
        binding?.spec?.policyName === name && binding.spec.validationActions?.includes('Deny') === true;
      return policy?.spec?.failurePolicy === 'Fail' && denies;
    }),
  );
  const missing = POLICY_NAMES.filter((_, index) => !holds[index]);
  if (missing.length === 0) return [{ part, state: 'Fine', text: `all ${holds.length} are there and deny` }];
  return [
    {
      part,
      state: 'Missing',
      text: `not there, not bound, or not denying: ${missing.join(', ')}`,
      cure: repaired(patient),
    },
  ];
}

/** Whether the API server is told to call the webhook, whom to trust there, and to refuse where it cannot. */
export async function lookAtRegistrations(patient: Patient): Promise<Diagnosis[]> {
  const found = await Promise.all(
    REGISTRATION_TYPES.map(async (type) => {
      const registration = await patient.client.get<Registration>(type, { name: REGISTRATION });
      return problemOf(type.kind, registration, patient);
    }),
  );
  const problems = found.filter((finding) => finding !== undefined);
  if (problems.length > 0) return problems;
  return [
    { part: 'registration', state: 'Fine', text: 'the API server knows the webhook and its authority' },
  ];
}

function problemOf(
  kind: string,
  registration: Registration | undefined,
  patient: Patient,
): Diagnosis | undefined {
  const missing = (text: string, cure: string): Diagnosis => ({
    part: 'registration',
    state: 'Missing',
    text,
    cure,
  });
  const webhooks = registration?.webhooks ?? [];
  if (webhooks.length === 0) return missing(`there is no ${kind} ${REGISTRATION}`, repaired(patient));
  if (webhooks.some(({ failurePolicy }) => failurePolicy !== 'Fail'))
    return missing(`${kind} ${REGISTRATION} lets through what was not checked`, repaired(patient));
  if (webhooks.every(({ clientConfig }) => clientConfig.caBundle)) return undefined;
  return missing(
    `${kind} ${REGISTRATION} has no caBundle, so the API server trusts no certificate of the webhook`,
    `kubectl logs -n ${patient.namespace} deploy/approvalgate: the operator (or cert-manager) writes it when it runs`,
  );
}
