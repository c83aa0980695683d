import { UsageError } from '../../operator/errors.ts';
import { type Binary, findBinaries } from '../cluster/binaries.ts';
import { type Cluster, connect } from '../cluster/cluster.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { installedIn, uninstall } from '../cluster/uninstall.ts';
import { CHANNEL, TestEnvironment } from '../environment/environment.ts';
import type { Cleanup } from './cleanup.ts';
import type { DemoOptions } from './options.ts';

/** Where the demo's agents are. */
export const NAMESPACE = 'shop';
const OPERATOR_NAMESPACE = 'approvalgate';
const DESK_PORT = 4700;

/** What the demo runs; to get it may take minutes, and changes nothing that would have to be undone. */
export async function prepare({ existing }: DemoOptions): Promise<void> {
  const own: Binary[] = existing ? [] : ['etcd', 'kube-apiserver'];
  await findBinaries([...own, 'kubectl', 'helm']);
}

/**
 * An environment in a control plane of its own, or in somebody's cluster, and in `cleanup` all that undoes it.
 * @throws UsageError where that cluster has an installation already: the demo would break it.
 */
export async function startEnvironment(
  options: DemoOptions,
  logFile: string,
  cleanup: Cleanup,
): Promise<TestEnvironment> {
  const cluster = await openCluster(options, cleanup);
  const environment = await TestEnvironment.start(cluster, {
    channel: options.slack?.channel ?? CHANNEL,
    webhookHost: options.webhookHost,
    logFile,
    ...(options.slack ? { slack: options.slack } : {}),
    ...(options.click === 'person' ? { deskPort: DESK_PORT } : {}),
  });
  cleanup.add(() => environment.stop());
  return environment;
}

async function openCluster({ existing }: DemoOptions, cleanup: Cleanup): Promise<Cluster> {
  if (existing === undefined) {
    const controlPlane = await startControlPlane();
    cleanup.add(() => controlPlane.stop());
    return controlPlane;
  }
  const cluster = await connect(existing);
  cleanup.add(() => cluster.close());
  await refuseWhereInstalled(cluster);
  cleanup.add(() => uninstall(cluster, [OPERATOR_NAMESPACE, NAMESPACE]));
  return cluster;
}

async function refuseWhereInstalled(cluster: Cluster): Promise<void> {
  const found = await installedIn(cluster);
  if (found.length > 0) {
    throw new UsageError(
      `ApprovalGate is in that cluster already (${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''}), and ` +
        'the demo would overwrite and remove it. Use another cluster, or remove it first: helm uninstall approvalgate ' +
        '-n approvalgate; then kubectl delete what of it is left, the webhook configurations first.',
    );
  }
  const { code } = await cluster.kubectl(['get', 'namespace', NAMESPACE]);
  if (code === 0) {
    throw new UsageError(
      `The namespace ${NAMESPACE}, which the demo makes and removes, is in that cluster already. Use another cluster.`,
    );
  }
}
