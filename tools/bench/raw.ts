import { once } from 'node:events';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { loadKubeClient } from '../../operator/kube/config.ts';
import { approvedStatus } from '../stage/approved-status.ts';
import { follow } from './load.ts';

/**
 * A program of its own, as the operator is: the least that could decide anything. It watches one namespace, and for each
 * new checkpoint makes the same write as the operator. Arguments: kubeconfig and namespace. Says `ready`; ends at SIGTERM.
 */
const [kubeconfig = '', namespace = ''] = process.argv.slice(2);
const client = loadKubeClient({ kubeconfig });
const writes = new Set<Promise<unknown>>();
const stop = new AbortController();
const { resourceVersion } = await client.list(CHECKPOINTS, { namespace, limit: 1 });
const following = decideAll(client);
process.stdout.write('ready\n');
await once(process, 'SIGTERM');
stop.abort();
await following;
await Promise.all(writes);
await client.close();

function decideAll(operator: KubeClient): Promise<void> {
  return follow(operator, { namespace, resourceVersion }, stop.signal, (checkpoint) => {
    if (checkpoint.status?.decision !== undefined) return;
    const write = operator.patchStatus(CHECKPOINTS, checkpoint, approvedStatus(checkpoint));
    writes.add(write);
    void write.finally(() => writes.delete(write));
  });
}
