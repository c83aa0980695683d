import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Binary, findBinaries } from './binaries.ts';
import { Cluster, kubeconfigText } from './cluster.ts';
import { type Progress, toStandardError } from './go-build.ts';
import { Authority, signingKeys } from './pki.ts';
import { freePort, startProcess, stopProcess } from './processes.ts';

const START_TIMEOUT_MS = 90_000;

export interface ControlPlaneOptions {
  /** Also run kube-controller-manager: aggregated roles, garbage collection, namespace deletion. */
  readonly controllerManager?: boolean;
  /** Flags of kube-apiserver besides those that it needs. */
  readonly apiServerFlags?: readonly string[];
  readonly progress?: Progress;
}

/** A real API server with its own etcd on loopback, thrown away at the end. */
export class ControlPlane extends Cluster {
  readonly #authority: Authority;
  readonly #processes: readonly ChildProcess[];

  constructor(parts: {
    authority: Authority;
    folder: string;
    processes: readonly ChildProcess[];
    kubeconfig: string;
    server: string;
    kubectl: string;
    helm: string;
  }) {
    super(parts);
    this.#authority = parts.authority;
    this.#processes = parts.processes;
  }

  /** A kubeconfig for a person, by client certificate. */
  async person(name: string, groups: readonly string[] = []): Promise<string> {
    const { certificate, key } = await this.#authority.issue({ name, groups });
    const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
    return this.writeKubeconfig(name, kubeconfigText(this.server, this.#authority.certificate, user));
  }

  /** Stops every process and removes every file. */
  async stop(): Promise<void> {
    for (const child of [...this.#processes].reverse()) await stopProcess(child);
    await this.close();
  }
}

/** @throws Error with the end of the server's log when it does not become ready. */
export async function startControlPlane({
  controllerManager = false,
  apiServerFlags = [],
  progress = toStandardError,
}: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const names: Binary[] = ['etcd', 'kube-apiserver', 'kubectl', 'helm'];
  if (controllerManager) names.push('kube-controller-manager');
  const binaries = await findBinaries(names, progress);
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-'));
  const files = await writeCredentials(folder);
  const port = await freePort();
  const server = `https://127.0.0.1:${port}`;
  const processes: ChildProcess[] = [];
  try {
    const etcd = await startEtcd(binaries.etcd, folder);
    processes.push(etcd.process);
    const apiServer = startApiServer(
      binaries['kube-apiserver'],
      { folder, port, etcd: etcd.url },
      apiServerFlags,
    );
    processes.push(apiServer);
    const kubeconfig = await writeAdminKubeconfig(folder, server, files.authority);
    await ready(server, files.authority, { process: apiServer, log: join(folder, 'kube-apiserver.log') });
    if (controllerManager)
      processes.push(startControllerManager(binaries['kube-controller-manager'], folder));
    const { kubectl, helm } = binaries;
    return new ControlPlane({
      authority: files.authority,
      folder,
      processes,
      kubeconfig,
      server,
      kubectl,
      helm,
    });
  } catch (error) {
    for (const child of processes.reverse()) await stopProcess(child);
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function writeCredentials(folder: string): Promise<{ authority: Authority }> {
  const authority = await Authority.create('approvalgate-test');
  const serving = await authority.issue({
    name: 'kube-apiserver',
    hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc'],
  });
  const tokens = await signingKeys();
  const files = {
    'ca.crt': authority.certificate,
    'tls.crt': serving.certificate,
    'tls.key': serving.key,
    'sa.pub': tokens.publicKey,
    'sa.key': tokens.privateKey,
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  return { authority };
}

async function startEtcd(path: string, folder: string): Promise<{ process: ChildProcess; url: string }> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    '--listen-peer-urls=http://127.0.0.1:0',
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  return { process: startProcess(path, args, join(folder, 'etcd.log')), url };
}

function startApiServer(
  path: string,
  { folder, port, etcd }: { folder: string; port: number; etcd: string },
  flags: readonly string[],
): ChildProcess {
  const args = [
    `--etcd-servers=${etcd}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    // It refuses to advertise a loopback address.
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--client-ca-file=${join(folder, 'ca.crt')}`,
    `--tls-cert-file=${join(folder, 'tls.crt')}`,
    `--tls-private-key-file=${join(folder, 'tls.key')}`,
    `--service-account-key-file=${join(folder, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--authorization-mode=Node,RBAC',
    `--cert-dir=${join(folder, 'certs')}`,
    ...flags,
  ];
  return startProcess(path, args, join(folder, 'kube-apiserver.log'));
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

async function ready(
  server: string,
  authority: Authority,
  { process, log }: { process: ChildProcess; log: string },
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answersReady(server, authority.certificate))) {
    const ended = process.exitCode !== null;
    if (ended || Date.now() > deadline) {
      const what = ended ? 'has ended' : `is not ready after ${START_TIMEOUT_MS / 1000} s`;
      throw new Error(`kube-apiserver ${what}; its log ends:\n${(await readFile(log, 'utf8')).slice(-2000)}`);
    }
    await delay(200);
  }
}

function answersReady(server: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const agent = new Agent({ ca });
    const call = request(`${server}/readyz`, { agent, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
