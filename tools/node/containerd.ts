import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, startProcess } from '../cluster/processes.ts';
import { PAUSE_IMAGE } from './pause.ts';

export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

/** Where Debian puts the plugins. */
const CNI_PLUGINS = '/usr/lib/cni';

/** Resolves before it answers. */
export async function startContainerd(folder: string): Promise<ChildProcess> {
  const networks = join(folder, 'cni');
  const config = join(folder, 'containerd.toml');
  await mkdir(networks);
  await writeFile(join(networks, '10-bridge.conflist'), JSON.stringify(NETWORK));
  await writeFile(config, configText(networks));
  return startProcess('containerd', ['--config', config], join(folder, 'containerd.log'));
}

/** Runs a command of containerd's client on what Kubernetes runs. @throws Error with its words when it fails. */
export async function ctr(args: readonly string[]): Promise<string> {
  const { stdout } = await runProgram('ctr', ['-n', 'k8s.io', ...args]);
  return stdout;
}

const NETWORK = {
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: '10.88.0.0/16' }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

function configText(networks: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return [
    'version = 2',
    `[${cri}]`,
    `sandbox_image = "${PAUSE_IMAGE}"`,
    // Where a machine's root lacks CAP_SYS_RESOURCE, no process may be made less likely to be killed than containerd.
    'restrict_oom_score_adj = true',
    `[${cri}.cni]`,
    `bin_dir = "${CNI_PLUGINS}"`,
    `conf_dir = "${networks}"`,
    `[${cri}.containerd.runtimes.runc]`,
    'runtime_type = "io.containerd.runc.v2"',
    `[${cri}.containerd.runtimes.runc.options]`,
    'SystemdCgroup = false',
    '',
  ].join('\n');
}
