import type { Cluster } from './cluster.ts';
import { crdFiles, crdName, removeWebhooks, renderChart } from './install.ts';

/** Kinds outside namespaces of which an installation has some. */
const KINDS = [
  'customresourcedefinitions',
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'clusterroles',
  'namespaces',
];

const DELETE = ['delete', '--ignore-not-found', '--timeout=60s'];
const REMINDER_SECONDS = 10;
const MOST_REMINDERS = 8;

/** What a cluster has of an installation, as `kind/name`; empty where there is none. */
export async function installedIn(cluster: Cluster): Promise<string[]> {
  const names = await cluster.mustKubectl(['get', KINDS.join(','), '-o', 'name']);
  return names.split('\n').filter((name) => name.includes('approvalgate'));
}

/**
 * Removes an installation, every object of our kinds, and the namespaces. The webhooks go first, because without their
 * process they refuse all writes; the CRDs next, because their objects would keep the namespaces from ending.
 * @throws AggregateError with what could not be removed; the rest is.
 */
export async function uninstall(cluster: Cluster, namespaces: readonly [string, ...string[]]): Promise<void> {
  const steps = [
    () => removeWebhooks(cluster),
    () => removeCrds(cluster),
    async () =>
      cluster.mustKubectl([...DELETE, '-f', '-'], { input: await renderChart(cluster, namespaces[0]) }),
    () => cluster.mustKubectl([...DELETE, 'namespace', ...namespaces]),
  ];
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0)
    throw new AggregateError(failures, 'not everything could be removed from the cluster');
}

/**
 * An API server that finds the storage of a CRD not ready may forget to finish it until minutes later; any change of
 * the CRD reminds it. Seen with Kubernetes 1.37, where its finalizer meets a conflict right after that error.
 */
export async function removeCrds(cluster: Cluster): Promise<void> {
  const names = (await crdFiles()).map(crdName);
  const remove = ['delete', '--ignore-not-found', `--timeout=${REMINDER_SECONDS}s`, ...names];
  for (let reminders = 0; reminders < MOST_REMINDERS; reminders += 1) {
    if ((await cluster.kubectl(remove)).code === 0) return;
    await cluster.kubectl(['annotate', '--overwrite', ...names, `approvalgate.dev/removing=${reminders}`]);
  }
  await cluster.mustKubectl(remove);
}
