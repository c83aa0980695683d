import { builtin, LEASES } from '../../crds/names.ts';
import { ELECTION_LEASE, type Lease, TIMES } from '../leader/record.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type Patient, repaired } from './look.ts';

const DEPLOYMENTS = builtin('apps', 'Deployment', 'deployments', true);
const PODS = builtin('', 'Pod', 'pods', true);

/** Another has taken the lead by then. */
const STALE_MS = TIMES.leaseMs + 5_000;
const OURS = 'app.kubernetes.io/name=approvalgate,app.kubernetes.io/component in (operator, webhook)';
const READY_MS = 6_000;

interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}
interface Waiting {
  readonly reason?: string;
  readonly message?: string;
}
interface Pod {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly state?: { readonly waiting?: Waiting; readonly terminated?: Waiting };
    }[];
  };
}

/** Whether as many operators are ready as were asked for, and what keeps each of the others. */
export async function lookAtOperators(patient: Patient): Promise<Diagnosis[]> {
  const { client, namespace } = patient;
  const part = 'operators';
  const { items: deployments } = await client.list<Deployment>(DEPLOYMENTS, {
    namespace,
    labelSelector: OURS,
  });
  if (deployments.length === 0) {
    const text = `there is no Deployment of ApprovalGate in the namespace ${namespace}`;
    return [{ part, state: 'Missing', text, cure: repaired(patient, 'operator.enabled=true') }];
  }
  const short = deployments.filter(
    ({ spec, status }) => (status?.readyReplicas ?? 0) < (spec?.replicas ?? 1),
  );
  if (short.length === 0) return [{ part, state: 'Fine', text: deployments.map(readiness).join(', ') }];
  const { items: pods } = await client.list<Pod>(PODS, { namespace, labelSelector: OURS });
  const kept = pods.flatMap((pod) => keptBy(pod, namespace));
  const text = `not as many are ready as there should be: ${short.map(readiness).join(', ')}`;
  return [{ part, state: 'Missing', text, ...(kept.length ? {} : eventsOf(namespace)) }, ...kept];
}

function readiness({ metadata, spec, status }: Deployment): string {
  return `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} ready in ${metadata.name}`;
}

function eventsOf(namespace: string): { cure: string } {
  return { cure: `kubectl get events -n ${namespace} --sort-by=.lastTimestamp` };
}

/** Why a Pod is not ready, as the kubelet or the scheduler says. */
function keptBy({ metadata: { name }, status }: Pod, namespace: string): Diagnosis[] {
  const [container] = status?.containerStatuses ?? [];
  if (container?.ready) return [];
  const { reason, message } = container?.state?.waiting ?? container?.state?.terminated ?? {};
  const unscheduled = status?.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  const text = [reason, message ?? unscheduled?.message].filter(Boolean).join(': ');
  return [
    {
      part: 'operators',
      state: 'Missing',
      text: `Pod ${name}: ${text || 'is not ready yet'}`,
      cure: cureOf(reason, name, namespace),
    },
  ];
}

function cureOf(reason: string | undefined, name: string, namespace: string): string {
  if (reason?.includes('Image') || reason === 'ErrImageNeverPull')
    return 'let the nodes have the image (docs/install.md), or name another: --set image.repository=… --set image.tag=…';
  if (reason === 'CrashLoopBackOff' || reason === 'Error')
    return `kubectl logs -n ${namespace} ${name} --previous`;
  return `kubectl describe pod -n ${namespace} ${name}`;
}

/** Whether one of them leads. Without a leader nothing is decided. */
export async function lookAtLeader({ client, namespace }: Patient): Promise<Diagnosis[]> {
  const part = 'leader';
  const lease = await client.get<Lease>(LEASES, { namespace, name: ELECTION_LEASE });
  const { holderIdentity, renewTime } = lease?.spec ?? {};
  const age = client.clock.now().getTime() - Date.parse(renewTime ?? '');
  if (holderIdentity && age < STALE_MS) return [{ part, state: 'Fine', text: `${holderIdentity} decides` }];
  const text = holderIdentity
    ? `${holderIdentity} has not renewed its Lease since ${renewTime}`
    : `nobody holds the Lease ${ELECTION_LEASE} in ${namespace}, so nothing is decided`;
  return [{ part, state: 'Missing', text, cure: `kubectl logs -n ${namespace} deploy/approvalgate` }];
}

/** What the operators themselves say in /readyz. From outside of the cluster none can be asked. */
export async function lookAtTheirWords({ client, namespace }: Patient): Promise<Diagnosis[]> {
  const part = 'their words';
  const { items } = await client.list<Pod>(PODS, { namespace, labelSelector: OURS });
  const asked = await Promise.all(
    items.map(({ metadata, status }) => wordsOf(metadata.name, status?.podIP ?? '')),
  );
  const findings = asked.flatMap(({ findings: each }) => each);
  if (findings.length > 0) return findings;
  if (asked.some(({ answered }) => answered))
    return [{ part, state: 'Fine', text: 'every operator says that it is ready' }];
  const cure = `ask them in the cluster: helm test approvalgate -n ${namespace} --logs`;
  return [{ part, state: 'Unknown', text: 'no operator can be asked from here', cure }];
}

async function wordsOf(name: string, address: string): Promise<{ answered: boolean; findings: Diagnosis[] }> {
  const host = address.includes(':') ? `[${address}]` : address;
  const answer = await fetch(`http://${host}:8080/readyz`, { signal: AbortSignal.timeout(READY_MS) }).catch(
    () => undefined,
  );
  if (answer === undefined) return { answered: false, findings: [] };
  const lines = (await answer.text()).trim().split('\n');
  const problems = lines.filter((line) => line !== '' && line !== 'ok');
  const findings = problems.map((line): Diagnosis => {
    const isWarning = line.startsWith('warning: ');
    const text = `${name} says: ${line.replace('warning: ', '')}`;
    return { part: 'their words', state: isWarning ? 'Advice' : 'Missing', text };
  });
  return { answered: true, findings };
}
