import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess } from '../cluster/processes.ts';
import { CONTAINERD_SOCKET } from './containerd.ts';
import { controlGroup, NODE_ADDRESS } from './namespaces.ts';

export const NODE_NAME = 'n1';

interface KubeletOptions {
  /** Its log and its configuration go there. */
  readonly folder: string;
  readonly kubeconfig: string;
  /** The certificate of who signed the certificate that the API server shows to it. */
  readonly clientAuthority: string;
}

export async function startKubelet(
  path: string,
  { folder, kubeconfig, clientAuthority }: KubeletOptions,
): Promise<ChildProcess> {
  const config = join(folder, 'kubelet.json');
  await writeFile(config, JSON.stringify(configuration(clientAuthority)));
  const args = [
    `--config=${config}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
  ];
  return startProcess(path, args, join(folder, 'kubelet.log'));
}

function configuration(clientCAFile: string) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '0.0.0.0',
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile } },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: controlGroup(),
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    // Nothing here is evicted because the machine's disk is nearly full.
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    failCgroupV1: false,
    failSwapOn: false,
    imageGCHighThresholdPercent: 100,
    resolvConf: '',
  };
}
