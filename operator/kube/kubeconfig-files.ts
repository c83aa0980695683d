import { UsageError } from '../errors.ts';
import { FollowedFile } from '../files.ts';
import type { Logger } from '../log.ts';
import type { TargetSource } from './access.ts';
import type { KubeClient } from './client.ts';
import { clientFor } from './client-for.ts';
import { currentContext, type KubeconfigFile, type Target, targetOf } from './kubeconfig.ts';

/** A client for the current context of one file. @throws UsageError when what it says cannot be followed */
export function kubeconfigClient(path: string): KubeClient {
  return clientFor(new Kubeconfigs([path], undefined));
}

/**
 * One context of the kubeconfig files, as they are now. The context's name is that of the start: somebody's
 * `kubectl config use-context` must not move a running operator to another cluster.
 */
export class Kubeconfigs implements TargetSource {
  readonly #files: readonly FollowedFile[];
  readonly #context: string;
  #seen: { readonly texts: string; readonly target: Target } | undefined;

  constructor(paths: readonly string[], context: string | undefined, log?: Pick<Logger, 'warn'>) {
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
