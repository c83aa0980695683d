import { CHECKPOINTS } from '../../crds/names.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { approvedStatus } from '../stage/approved-status.ts';
import { follow } from './load.ts';

/** The least that could decide anything: a watch, and for each new checkpoint the same write as the operator's. */
export async function startRawLoop(client: KubeClient, namespace: string): Promise<() => Promise<void>> {
  const stop = new AbortController();
  const writes = new Set<Promise<unknown>>();
  const { resourceVersion } = await client.list(CHECKPOINTS, { namespace, limit: 1 });
  const following = follow(client, { namespace, resourceVersion }, stop.signal, (checkpoint) => {
    if (checkpoint.status?.decision === undefined) {
      const write = client.patchStatus(CHECKPOINTS, checkpoint, approvedStatus(checkpoint));
      writes.add(write);
      void write.finally(() => writes.delete(write));
    }
  });
  return async () => {
    stop.abort();
    await following;
    await Promise.all(writes);
  };
}
