import type { ResourceType } from '../../crds/names.ts';
import type { Checkpoint, CheckpointReview, CheckpointStatus, ReviewerIdentity } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import type { CheckpointKey } from '../../operator/reconcile/ports.ts';

interface Store {
  read(key: CheckpointKey): Checkpoint | undefined;
  patchStatus(checkpoint: Checkpoint, status: CheckpointStatus): Checkpoint;
  addReview(review: CheckpointReview): void;
  readonly identities: ReadonlyMap<string, ReviewerIdentity>;
}

type Client = Pick<KubeClient, 'get' | 'create' | 'subjectAccessReview' | 'patchStatus'>;

/** What a click needs of the API server, over objects in memory. Everybody who is linked may review. */
export function inMemoryClient({ read, patchStatus, addReview, identities }: Store): Client {
  return {
    get: async <T>({ kind }: ResourceType, at: { namespace?: string; name: string }) =>
      (kind === 'Checkpoint' ? read(`${at.namespace ?? ''}/${at.name}`) : identities.get(at.name)) as
        | T
        | undefined,
    create: async <T>(_: ResourceType, object: object) => {
      addReview(object as CheckpointReview);
      return object as T;
    },
    subjectAccessReview: async () => ({ allowed: true }),
    patchStatus: async <T>(_: ResourceType, checkpoint: object, status: object) =>
      patchStatus(checkpoint as Checkpoint, status as CheckpointStatus) as T,
  };
}
