import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Logger } from '../log.ts';
import type { TargetSource } from './access.ts';
import type { KubeClient } from './client.ts';
import { clientFor } from './client-for.ts';
import type { Target } from './kubeconfig.ts';

/** Where a pod finds its service account. */
const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

interface ClusterChoice {
  /** Path of a kubeconfig; absent: in-cluster, then KUBECONFIG, then ~/.kube/config. */
  readonly kubeconfig?: string;
  /** Context in it; absent: the one that is current at the start. */
  readonly context?: string;
}

type Log = Pick<Logger, 'warn'>;

/**
 * A client for the chosen cluster, which follows the files that describe it.
 * @throws UsageError when no cluster is configured, or what the kubeconfig says cannot be followed
 */
export async function loadKubeClient(choice: ClusterChoice = {}, log?: Log): Promise<KubeClient> {
  return clientFor(await targetSource(choice, process.env, log), log);
}

async function targetSource(
  { kubeconfig, context }: ClusterChoice,
  environment: NodeJS.ProcessEnv,
  log?: Log,
): Promise<TargetSource> {
  const { KUBECONFIG = '', KUBERNETES_SERVICE_HOST } = environment;
  if (kubeconfig !== undefined) return kubeconfigs([kubeconfig], context, log);
  if (KUBECONFIG !== '') return kubeconfigs(KUBECONFIG.split(delimiter).filter(Boolean), context, log);
  if (KUBERNETES_SERVICE_HOST) return inCluster(environment, SERVICE_ACCOUNT_FOLDER);
  return kubeconfigs([join(homedir(), '.kube', 'config')], context, log);
}

/** Imported where it is needed: a pod has no kubeconfig, and the library that reads them takes 50 MB of memory. */
async function kubeconfigs(paths: readonly string[], context?: string, log?: Log): Promise<TargetSource> {
  const { Kubeconfigs } = await import('./kubeconfig-files.ts');
  return new Kubeconfigs(paths, context, log);
}

/**
 * How a pod reaches its own cluster; `folder` holds ca.crt and token, and the kubelet renews both. The library's
 * `loadFromCluster` would send the token unencrypted where the port is 80, 8080 or 8001.
 */
export function inCluster(environment: NodeJS.ProcessEnv, folder: string): TargetSource {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  const target: Target = {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    ca: { file: join(folder, 'ca.crt') },
    insecureSkipTlsVerify: false,
    token: { file: join(folder, 'token') },
  };
  return { target: () => target, problems: () => [] };
}
