import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { FollowedFile } from '../files.ts';
import type { Logger } from '../log.ts';
import { FollowedAccess, type TargetSource } from './access.ts';
import { KubeClient } from './client.ts';
import { currentContext, type KubeconfigFile, type Target, targetOf } from './kubeconfig.ts';
import { Transport } from './transport.ts';

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
export function loadKubeClient(choice: ClusterChoice = {}, log?: Log): KubeClient {
  const access = new FollowedAccess(targetSource(choice, process.env, log), log);
  access.check();
  return new KubeClient(new Transport(access));
}

function targetSource(choice: ClusterChoice, environment: NodeJS.ProcessEnv, log?: Log): TargetSource {
  const { kubeconfig, context } = choice;
  const { KUBECONFIG = '', KUBERNETES_SERVICE_HOST } = environment;
  if (kubeconfig !== undefined) return new Kubeconfigs([kubeconfig], context, log);
  if (KUBECONFIG !== '') return new Kubeconfigs(KUBECONFIG.split(delimiter).filter(Boolean), context, log);
  if (KUBERNETES_SERVICE_HOST) return inCluster(environment, SERVICE_ACCOUNT_FOLDER);
  return new Kubeconfigs([join(homedir(), '.kube', 'config')], context, log);
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

/**
 * One context of the kubeconfig files, as they are now. The context's name is that of the start: somebody's
 * `kubectl config use-context` must not move a running operator to another cluster.
 */
class Kubeconfigs implements TargetSource {
  readonly #files: readonly FollowedFile[];
  readonly #context: string;
  #seen: { readonly texts: string; readonly target: Target } | undefined;

  constructor(paths: readonly string[], context: string | undefined, log?: Log) {
    const report = (problem: string): void => log?.warn({ problem }, 'a kubeconfig cannot be read');
    this.#files = paths.map((path) => new FollowedFile(path, report));
    this.#context = context ?? currentContext(this.#read());
  }

  target(): Target {
    const files = this.#read();
    const texts = JSON.stringify(files);
    if (this.#seen?.texts !== texts) this.#seen = { texts, target: targetOf(files, this.#context) };
    return this.#seen.target;
  }

  problems(): readonly string[] {
    return this.#files.flatMap(({ problem, isMissing }) => (isMissing ? [] : (problem ?? [])));
  }

  /** As kubectl, of several files those that are missing are left out. */
  #read(): KubeconfigFile[] {
    const files = this.#files.flatMap((file) => {
      const text = file.text();
      return text === undefined ? [] : [{ path: file.path, text }];
    });
    if (files.length > 0) return files;
    const problems = this.#files.map(({ problem }) => problem).join('; ');
    throw new UsageError(
      `no cluster is configured: ${problems}; set --kubeconfig or KUBECONFIG, or run in a cluster`,
    );
  }
}
