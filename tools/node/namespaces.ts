import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const GUARD = join(import.meta.dirname, 'guard.sh');
const FOLDER_VARIABLE = 'APPROVALGATE_NODE_FOLDER';

/** Where API server and kubelet are reached, by Pods too. `init.sh` gives it to the bridge. */
export const NODE_ADDRESS = '10.88.0.1';

/**
 * Starts a command in network, mount and process namespaces of its own, in which a node can be started. It shares this
 * process's standard output and error. When it ends, or when this process ends, however that happens, everything that
 * runs in them is killed, and nothing is left: no process, mount, network device, packet filter, control group, file.
 */
export async function inNamespaces(
  command: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ChildProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-node-'));
  return spawn(GUARD, [folder, ...command], {
    env: { ...environment, [FOLDER_VARIABLE]: folder },
    stdio: ['pipe', 'inherit', 'inherit'],
    // Ctrl-C is for this process alone: what it has started is cleared up when it ends.
    detached: true,
  });
}

/** The folder of the namespaces that this process runs in. @throws Error outside of them. */
export function nodeFolder(): string {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined) throw new Error('a node is started in namespaces of its own: run make e2e');
  return folder;
}

/** Below it lie the control groups of every Pod. */
export function controlGroup(): string {
  return `/${basename(nodeFolder())}`;
}
