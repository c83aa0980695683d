import type { KubeClient } from '../../operator/kube/client.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Installation } from '../cluster/install.ts';
import { OperatorProcess } from '../stage/operator-process.ts';

export interface Bench {
  readonly cluster: Cluster;
  readonly admin: KubeClient;
  readonly installation: Installation;
}

export function startOperator({ installation }: Bench): Promise<OperatorProcess> {
  const flags = ['--roles', 'controller', '--slack-transport', 'off'];
  return OperatorProcess.start({ kubeconfig: installation.operatorKubeconfig, flags });
}

export async function usage(operator: OperatorProcess): Promise<{ cpuSeconds: number; memoryMb: number }> {
  const metric = await operator.metrics();
  return {
    cpuSeconds: metric('process_cpu_seconds_total') ?? Number.NaN,
    memoryMb: (metric('process_resident_memory_bytes') ?? Number.NaN) / 1e6,
  };
}
