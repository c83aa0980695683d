import { KubeConfig } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';
import { KubeClient } from './client.ts';
import { Transport } from './transport.ts';

export interface ClusterChoice {
  /** Path of a kubeconfig; absent: in-cluster, then KUBECONFIG, then ~/.kube/config. */
  readonly kubeconfig?: string;
  /** Context in it; absent: the current one. */
  readonly context?: string;
}

/** @throws UsageError when no cluster is configured, or the context does not exist. */
export function loadKubeClient(choice: ClusterChoice = {}): KubeClient {
  return new KubeClient(new Transport(loadKubeConfig(choice)));
}

function loadKubeConfig({ kubeconfig, context }: ClusterChoice): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig !== undefined) config.loadFromFile(kubeconfig);
    else if (process.env['KUBERNETES_SERVICE_HOST'] && !process.env['KUBECONFIG']) config.loadFromCluster();
    else config.loadFromDefault();
  } catch (error) {
    throw new UsageError(`cannot read the kubeconfig ${kubeconfig ?? ''}: ${String(error)}`);
  }
  if (context !== undefined) {
    const names = config.getContexts().map(({ name }) => name);
    if (!names.includes(context)) {
      throw new UsageError(`--context: '${context}' is not in the kubeconfig; it has ${names.join(', ')}`);
    }
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster()) {
    throw new UsageError('no cluster is configured: set KUBECONFIG or --kubeconfig, or run in a cluster');
  }
  return config;
}
