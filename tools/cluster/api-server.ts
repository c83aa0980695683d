import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binary } from './binaries.ts';
import { startProcess, stopProcess } from './processes.ts';

const START_TIMEOUT_MS = 90_000;

interface Options {
  /** Holds the credentials; data and logs go there too. */
  readonly folder: string;
  readonly flags: readonly string[];
  /** The certificate of who signed the API server's. */
  readonly authority: string;
  /** Where Pods reach it; absent: it listens on loopback alone. */
  readonly address?: string;
  readonly ports: { readonly etcd: number; readonly apiServer: number };
}

/** kube-apiserver with its own etcd on loopback. It can be stopped and started again, at the same place. */
export class ApiServer {
  readonly server: string;
  /** Where etcd keeps what is stored. */
  readonly data: string;
  readonly #binaries: Pick<Record<Binary, string>, 'etcd' | 'kube-apiserver'>;
  readonly #options: Options;
  #processes: readonly ChildProcess[] = [];

  constructor(binaries: Pick<Record<Binary, string>, 'etcd' | 'kube-apiserver'>, options: Options) {
    this.#binaries = binaries;
    this.#options = options;
    this.server = `https://127.0.0.1:${options.ports.apiServer}`;
    this.data = join(options.folder, 'etcd');
  }

  /** @throws Error with the end of the server's log when it does not become ready. */
  async start(): Promise<void> {
    const { folder, ports, authority } = this.#options;
    const url = `http://127.0.0.1:${ports.etcd}`;
    const etcd = startEtcd(this.#binaries.etcd, folder, url);
    const apiServer = startApiServer(this.#binaries['kube-apiserver'], url, this.#options);
    this.#processes = [etcd, apiServer];
    await ready(this.server, authority, { process: apiServer, log: join(folder, 'kube-apiserver.log') });
  }

  async stop(): Promise<void> {
    for (const child of [...this.#processes].reverse()) await stopProcess(child);
  }
}

function startEtcd(path: string, folder: string, url: string): ChildProcess {
  const args = [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    '--listen-peer-urls=http://127.0.0.1:0',
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  return startProcess(path, args, join(folder, 'etcd.log'));
}

function startApiServer(
  path: string,
  etcd: string,
  { folder, ports, flags, address }: Options,
): ChildProcess {
  const args = [
    `--etcd-servers=${etcd}`,
    `--secure-port=${ports.apiServer}`,
    // It refuses to advertise a loopback address.
    ...(address
      ? ['--bind-address=0.0.0.0', `--advertise-address=${address}`, ...kubeletFlags(folder)]
      : ['--bind-address=127.0.0.1', '--endpoint-reconciler-type=none']),
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

/** By which it asks a kubelet for logs; a node's host name need not resolve. */
function kubeletFlags(folder: string): string[] {
  return [
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-client-certificate=${join(folder, 'kubelet-client.crt')}`,
    `--kubelet-client-key=${join(folder, 'kubelet-client.key')}`,
  ];
}

async function ready(
  server: string,
  authority: string,
  { process, log }: { process: ChildProcess; log: string },
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answersReady(server, authority))) {
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
