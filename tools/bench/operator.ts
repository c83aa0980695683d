import type { KubeClient } from '../../operator/kube/client.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Installation } from '../cluster/install.ts';
import { OperatorProcess } from '../environment/operator-process.ts';

export interface Bench {
  readonly cluster: Cluster;
  readonly admin: KubeClient;
  readonly installation: Installation;
}

/** @param main of another checkout; absent: of this one. */
export function startOperator({ installation }: Bench, main?: string): Promise<OperatorProcess> {
  return OperatorProcess.start({
    kubeconfig: installation.operatorKubeconfig,
    flags: ['--roles', 'controller', '--slack-transport', 'off'],
    ...(main === undefined ? {} : { main }),
  });
}
