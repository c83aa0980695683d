import { setTimeout as delay } from 'node:timers/promises';
import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointSpec, ObjectMeta } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';

/** A watch that ended sooner is not followed by the next at once. */
const RESTART_MS = 500;

/** An agent that asks before it acts, by the Kubernetes API alone and with nothing but its own rights. */
export class Agent {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #watchSeconds: number;

  constructor(kubeconfig: string, namespace: string, watchSeconds = 300) {
    this.#client = kubeconfigClient(kubeconfig);
    this.#namespace = namespace;
    this.#watchSeconds = watchSeconds;
  }

  ask(spec: CheckpointSpec, name?: string): Promise<Checkpoint> {
    const metadata = {
      namespace: this.#namespace,
      ...(name ? { name } : { generateName: `${slug(spec.action)}-` }),
    };
    const object = { apiVersion: API_VERSION, kind: 'Checkpoint', metadata: metadata as ObjectMeta, spec };
    return this.#client.create<Checkpoint>(CHECKPOINTS, object);
  }

  /**
   * Watches this very object until it is decided, and again whenever a watch ends: the server ends each after a while.
   * @throws Error when it is gone, another bears its name, or the signal aborts before.
   */
  async decision({ metadata: { name, uid } }: Checkpoint, signal: AbortSignal): Promise<Checkpoint> {
    while (!signal.aborted) {
      const found = await this.#client.get<Checkpoint>(CHECKPOINTS, { namespace: this.#namespace, name });
      if (found === undefined || found.metadata.uid !== uid) throw new Error(`${name} was withdrawn`);
      const decided = found.status?.decision ? found : await this.#watch(found, signal);
      if (decided !== undefined) return decided;
    }
    throw new Error(`${name} is still undecided`);
  }

  /** Undefined when the watch ended without a decision: then only a look at the object tells. */
  async #watch({ metadata }: Checkpoint, signal: AbortSignal): Promise<Checkpoint | undefined> {
    const { name, uid, resourceVersion = '' } = metadata;
    const fieldSelector = `metadata.name=${name}`;
    const timeoutSeconds = this.#watchSeconds;
    const query = { namespace: this.#namespace, fieldSelector, timeoutSeconds, resourceVersion };
    const startedAt = Date.now();
    try {
      for await (const { type, object } of this.#client.watch<Checkpoint>(CHECKPOINTS, query, signal)) {
        if (type === 'BOOKMARK') continue;
        if (type === 'DELETED' || type === 'ERROR' || object.metadata.uid !== uid) return undefined;
        if (object.status?.decision !== undefined) return object;
      }
    } catch {
      // As when it ended: whatever broke it, the next read says how things are or what is wrong.
    }
    if (Date.now() - startedAt < RESTART_MS) await delay(RESTART_MS);
    return undefined;
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function slug(action: string): string {
  return action
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
}
