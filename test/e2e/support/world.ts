import { join } from 'node:path';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { loadKubeClient } from '../../../operator/kube/config.ts';
import { startProcess } from '../../../tools/cluster/processes.ts';
import { nodeFolder } from '../../../tools/node/namespaces.ts';
import { RealNode } from '../../../tools/node/node.ts';
import type { RunningSlackDesk } from '../../../tools/slack-desk/start.ts';
import { AuditLog } from './audit.ts';
import { Release } from './release.ts';
import { createSlackSecret, openDesk, slackValues } from './slack.ts';

/** Where `tools/test/on-node.ts` has put the image, and its name. */
const IMAGE_ARCHIVE = 'APPROVALGATE_IMAGE_ARCHIVE';
export const IMAGE = { repository: 'localhost/approvalgate', tag: 'e2e', pullPolicy: 'Never' };

/** What all files share: one node, one Slack, at most one release. */
export interface World {
  readonly node: RealNode;
  readonly admin: KubeClient;
  readonly desk: RunningSlackDesk;
  readonly audit: AuditLog;
  readonly release: Release;
  /** The chart's values. */
  readonly values: object;
}

let world: Promise<World> | undefined;

/** Begun by who asks first. It ends with the namespaces. */
function theWorld(): Promise<World> {
  world ??= begin();
  return world;
}

async function begin(): Promise<World> {
  const audit = await AuditLog.create(nodeFolder());
  const node = await RealNode.start({ apiServerFlags: audit.flags });
  const archive = process.env[IMAGE_ARCHIVE];
  if (archive === undefined) throw new Error(`${IMAGE_ARCHIVE} is not set: run make e2e`);
  await node.importImage(archive);
  keepLogs();
  const desk = await openDesk();
  const admin = await loadKubeClient({ kubeconfig: node.cluster.kubeconfig });
  const release = new Release(node.cluster);
  return { node, admin, desk, audit, release, values: { image: IMAGE, slack: slackValues(desk) } };
}

/** What Pods log goes with them; here it stays, for whoever looks why a test failed. */
function keepLogs(): void {
  const copy = [
    '-c',
    `mkdir -p ${LOGS}; while sleep 1; do cp -a --update /var/log/pods/approvalgate_* ${LOGS}; done`,
  ];
  startProcess('bash', copy, '/dev/null');
}

const LOGS = join(import.meta.dirname, '..', '..', '..', 'reports', 'e2e-logs');

/** The world with the release in it, whatever was done to it before. */
export async function installed(): Promise<World> {
  const found = await theWorld();
  const { release, values } = found;
  if (!(await release.isInstalled())) {
    await withSecret(found);
    await release.install(values);
  }
  await release.settled();
  return found;
}

/** With what the chart's user creates before the release. */
export function withSecret({ node }: World): Promise<void> {
  return createSlackSecret(node.cluster);
}

/** The world without it. */
export async function clean(): Promise<World> {
  const found = await theWorld();
  if (await found.release.isInstalled()) await found.release.uninstall();
  return found;
}
