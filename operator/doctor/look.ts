import { toError } from '../errors.ts';
import { ApiError, isForbidden } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What every look is done with. */
export interface Patient {
  readonly client: Pick<KubeClient, 'get' | 'list' | 'tryCreate' | 'clock'>;
  /** The operator's own namespace. */
  readonly namespace: string;
}

/** How the release is repaired; nothing that was set is lost. */
export function repaired({ namespace }: Pick<Patient, 'namespace'>, ...values: string[]): string {
  const sets = values.map((value) => ` --set ${value}`).join('');
  return `helm upgrade approvalgate charts/approvalgate -n ${namespace} --reset-then-reuse-values${sets}`;
}

/** A look whose failure is a finding of its own, so that the others are done all the same. */
export async function looked(part: string, look: () => Promise<Diagnosis[]>): Promise<Diagnosis[]> {
  try {
    return await look();
  } catch (error) {
    return [failed(part, error)];
  }
}

function failed(part: string, error: unknown): Diagnosis {
  const { message } = toError(error);
  if (isForbidden(error)) {
    const cure = 'look as an administrator of the cluster, or by helm test, which has an account for it';
    return { part, state: 'Unknown', text: message, cure };
  }
  if (error instanceof ApiError && error.status === 0) {
    const cure = 'check that the API server runs, and the kubeconfig that leads to it';
    return { part, state: 'Missing', text: `the API server does not answer: ${message}`, cure, ends: true };
  }
  return { part, state: 'Unknown', text: message };
}
