import { API_VERSION, CHECKPOINTS, REVIEWER_IDENTITIES } from '../../crds/names.ts';
import type { Checkpoint, ObjectMeta } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import { isForbidden, isNotFound } from '../kube/api-error.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type Patient, repaired } from './look.ts';

const PART = 'a question';

/** Asks as an agent would, without anything being stored: the API server, the webhook and the policies all take part. */
export async function lookAtAQuestion(patient: Patient): Promise<Diagnosis[]> {
  const { client, namespace } = patient;
  const question = {
    apiVersion: API_VERSION,
    kind: 'Checkpoint',
    metadata: { generateName: 'doctor-', namespace } as unknown as ObjectMeta,
    spec: { action: 'doctor_asks' },
  };
  try {
    const { spec } = await client.tryCreate<Checkpoint>(CHECKPOINTS, question);
    const text = `can be asked: the webhook answers, and stamps ${spec.requester?.username}`;
    return [{ part: PART, state: 'Fine', text }];
  } catch (error) {
    return [refusal(toError(error), patient)];
  }
}

/** What an API server says where it cannot ask the webhook, and what mends it. The first that fits. */
const KNOWN: readonly (readonly [RegExp, (patient: Patient) => string])[] = [
  [
    /x509|certificate/iu,
    ({ namespace }) =>
      `wait a minute: the operator writes its authority into the registration. If it stays: kubectl logs -n ${namespace} deploy/approvalgate`,
  ],
  [
    /no endpoints|not found|connection refused/iu,
    ({ namespace }) => `let an operator be ready: kubectl get pods -n ${namespace}`,
  ],
  [
    /deadline exceeded|timeout|no route|i\/o/iu,
    (patient) =>
      `let the API server reach the operator's Pods: a firewall or a NetworkPolicy may be between them. On private GKE: ${repaired(patient, 'webhook.port=10250')}`,
  ],
];

function refusal(error: Error, patient: Patient): Diagnosis {
  const { message } = error;
  if (message.includes('failed calling webhook')) {
    const cure = KNOWN.find(([pattern]) => pattern.test(message))?.[1](patient);
    return { part: PART, state: 'Missing', text: message, cure: cure ?? repaired(patient) };
  }
  if (message.includes('must be the caller')) {
    const text = `nobody stamps who asks, so it is refused: ${message}`;
    return { part: PART, state: 'Missing', text, cure: repaired(patient, 'webhook.enabled=true') };
  }
  if (isNotFound(error))
    return { part: PART, state: 'Missing', text: message, cure: repaired(patient, 'crds.enabled=true') };
  if (isForbidden(error) && message.includes('cannot create resource'))
    return { part: PART, state: 'Unknown', text: message };
  return { part: PART, state: 'Missing', text: message };
}

/** Whether anybody's chat account is linked. Nobody's needs to be: people may review by kubectl. */
export async function lookAtPeople({ client }: Patient): Promise<Diagnosis[]> {
  const part = 'people';
  const { items } = await client.list(REVIEWER_IDENTITIES, { limit: 1 });
  if (items.length > 0) return [{ part, state: 'Fine', text: 'some are linked to their Slack account' }];
  const text = "nobody's Slack account is linked to a user of the cluster, so no click counts";
  const cure = 'click in Slack once: the answer has the manifest of a ReviewerIdentity to apply';
  return [{ part, state: 'Advice', text, cure }];
}
