import type { ChildProcess } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiServer } from './api-server.ts';
import { type Binary, findBinaries } from './binaries.ts';
import { Cluster, kubeconfigText } from './cluster.ts';
import { type Progress, toStandardError } from './go-build.ts';
import { Authority, signingKeys } from './pki.ts';
import { freePort, startProcess, stopProcess } from './processes.ts';

/** Of the Service `kubernetes`: the first of the API server's range. */
const SERVICE_ADDRESS = '10.0.0.1';

export interface ControlPlaneOptions {
  /** Also run kube-controller-manager: aggregated roles, garbage collection, namespace deletion. */
  readonly controllerManager?: boolean;
  /** Flags of kube-apiserver besides those that it needs. */
  readonly apiServerFlags?: readonly string[];
  /** An address of this machine where Pods reach the API server; absent: it listens on loopback alone. */
  readonly address?: string;
  readonly progress?: Progress;
}

/** A real API server with its own etcd on loopback, thrown away at the end. */
export class ControlPlane extends Cluster {
  readonly #authority: Authority;
  readonly #apiServer: ApiServer;
  readonly #controllerManager: ChildProcess | undefined;

  constructor(parts: {
    authority: Authority;
    folder: string;
    apiServer: ApiServer;
    controllerManager: ChildProcess | undefined;
    kubeconfig: string;
    server: string;
    kubectl: string;
    helm: string;
  }) {
    super(parts);
    this.#authority = parts.authority;
    this.#apiServer = parts.apiServer;
    this.#controllerManager = parts.controllerManager;
  }

  /** A kubeconfig for a person, by client certificate. */
  async person(name: string, groups: readonly string[] = []): Promise<string> {
    const { certificate, key } = await this.#authority.issue({ name, groups });
    const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
    return this.writeKubeconfig(name, kubeconfigText(this.server, this.#authority.certificate, user));
  }

  /**
   * Backs up what is stored now. What is given restores it, as after a disaster: everything that happened in between
   * has not. Both stop the API server for a moment.
   */
  async backUp(): Promise<() => Promise<void>> {
    const copy = join(this.folder, 'backup');
    await this.#whileStopped((data) => cp(data, copy, { recursive: true }));
    return () =>
      this.#whileStopped(async (data) => {
        await rm(data, { recursive: true });
        await cp(copy, data, { recursive: true });
      });
  }

  /** Stops the API server, and starts it again after so long. */
  restart(downMs = 0): Promise<void> {
    return this.#whileStopped(() => delay(downMs));
  }

  async #whileStopped(work: (data: string) => Promise<unknown>): Promise<void> {
    await this.#apiServer.stop();
    await work(this.#apiServer.data);
    await this.#apiServer.start();
  }

  /** As after an upgrade of the control plane: for some seconds nobody reaches it, and every watch ends. */
  async restartApiServer(): Promise<void> {
    await this.#apiServer.stop();
    await this.#apiServer.start();
  }

  /** Stops every process and removes every file. */
  async stop(): Promise<void> {
    if (this.#controllerManager) await stopProcess(this.#controllerManager);
    await this.#apiServer.stop();
    await this.close();
  }
}

/** @throws Error with the end of the server's log when it does not become ready. */
export async function startControlPlane({
  controllerManager = false,
  apiServerFlags = [],
  address,
  progress = toStandardError,
}: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const names: Binary[] = ['etcd', 'kube-apiserver', 'kubectl', 'helm'];
  if (controllerManager) names.push('kube-controller-manager');
  const binaries = await findBinaries(names, progress);
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-'));
  const files = await writeCredentials(folder, address ? [address] : []);
  const apiServer = new ApiServer(binaries, {
    folder,
    flags: apiServerFlags,
    ...(address ? { address } : {}),
    authority: files.authority.certificate,
    ports: { etcd: await freePort(), apiServer: await freePort() },
  });
  const { server } = apiServer;
  try {
    await apiServer.start();
    const kubeconfig = await writeAdminKubeconfig(folder, server, files.authority);
    const manager = controllerManager && startControllerManager(binaries['kube-controller-manager'], folder);
    const { kubectl, helm } = binaries;
    return new ControlPlane({
      authority: files.authority,
      folder,
      apiServer,
      controllerManager: manager || undefined,
      kubeconfig,
      server,
      kubectl,
      helm,
    });
  } catch (error) {
    await apiServer.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function writeCredentials(
  folder: string,
  addresses: readonly string[],
): Promise<{ authority: Authority }> {
  const authority = await Authority.create('approvalgate-test');
  const serving = await authority.issue({
    name: 'kube-apiserver',
    hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc', SERVICE_ADDRESS, ...addresses],
  });
  const client = await authority.issue({ name: 'kube-apiserver', groups: ['system:masters'] });
  const tokens = await signingKeys();
  const files = {
    'ca.crt': authority.certificate,
    'tls.crt': serving.certificate,
    'tls.key': serving.key,
    'kubelet-client.crt': client.certificate,
    'kubelet-client.key': client.key,
    'sa.pub': tokens.publicKey,
    'sa.key': tokens.privateKey,
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  return { authority };
}

function startControllerManager(path: string, folder: string): ChildProcess {
  const args = [
    `--kubeconfig=${join(folder, 'admin.kubeconfig')}`,
    `--service-account-private-key-file=${join(folder, 'sa.key')}`,
    `--root-ca-file=${join(folder, 'ca.crt')}`,
    '--use-service-account-credentials',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    '--secure-port=0',
  ];
  return startProcess(path, args, join(folder, 'kube-controller-manager.log'));
}

async function writeAdminKubeconfig(folder: string, server: string, authority: Authority): Promise<string> {
  const { certificate, key } = await authority.issue({ name: 'admin', groups: ['system:masters'] });
  const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
  const path = join(folder, 'admin.kubeconfig');
  await writeFile(path, kubeconfigText(server, authority.certificate, user), { mode: 0o600 });
  return path;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
