import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointSpec, ObjectMeta } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { loadKubeClient } from '../../operator/kube/config.ts';

/** An agent that asks before it acts, by the Kubernetes API alone and with nothing but its own rights. */
export class Agent {
  readonly #client: KubeClient;
  readonly #namespace: string;

  constructor(kubeconfig: string, namespace: string) {
    this.#client = loadKubeClient({ kubeconfig });
    this.#namespace = namespace;
  }

  ask(spec: CheckpointSpec, name?: string): Promise<Checkpoint> {
    const metadata = {
      namespace: this.#namespace,
      ...(name ? { name } : { generateName: `${slug(spec.action)}-` }),
    };
    const object = { apiVersion: API_VERSION, kind: 'Checkpoint', metadata: metadata as ObjectMeta, spec };
    return this.#client.create<Checkpoint>(CHECKPOINTS, object);
  }

  /** Watches this very object until it is decided. @throws Error when it is gone, or another bears its name. */
  async decision({ metadata }: Checkpoint, signal: AbortSignal): Promise<Checkpoint> {
    const { name, uid, resourceVersion = '' } = metadata;
    const query = { namespace: this.#namespace, fieldSelector: `metadata.name=${name}`, timeoutSeconds: 600 };
    for await (const { type, object } of this.#client.watch<Checkpoint>(
      CHECKPOINTS,
      { ...query, resourceVersion },
      signal,
    )) {
      if (type === 'BOOKMARK') continue;
      if (type === 'DELETED' || object.metadata.uid !== uid) throw new Error(`${name} was withdrawn`);
      if (object.status?.decision !== undefined) return object;
    }
    throw new Error(`the watch of ${name} ended`);
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
