import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../../operator/errors.ts';
import { findBinaries } from './binaries.ts';
import { type Progress, toStandardError } from './go-build.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface KubectlOptions {
  /** Standard input, for `-f -`. */
  readonly input?: string;
  /** As whom; absent, as the cluster's admin. */
  readonly kubeconfig?: string;
}

interface Parts {
  readonly kubeconfig: string;
  readonly server: string;
  readonly kubectl: string;
  readonly helm: string;
  readonly context?: string;
  readonly folder: string;
}

/** A cluster that can be worked on as its admin. */
export class Cluster {
  /** The admin's kubeconfig file. */
  readonly kubeconfig: string;
  readonly server: string;
  readonly context: string | undefined;
  /** Keys, certificates and kubeconfigs are written here, and removed with it. */
  readonly folder: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.kubeconfig = parts.kubeconfig;
    this.server = parts.server;
    this.context = parts.context;
    this.folder = parts.folder;
  }

  /** Removes what was written for it on this machine; the cluster itself stays. */
  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<CommandResult> {
    const context = this.context && !options.kubeconfig ? ['--context', this.context] : [];
    const kubeconfig = options.kubeconfig ?? this.kubeconfig;
    return command(this.#parts.kubectl, ['--kubeconfig', kubeconfig, ...context, ...args], options.input);
  }

  /** @throws Error with kubectl's own words when it fails. */
  async mustKubectl(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
    return mustSucceed(`kubectl ${args.join(' ')}`, await this.kubectl(args, options));
  }

  /** How people reach this cluster by its own kubectl, which need not be on their PATH. */
  get kubectlCommand(): string {
    return `${this.#parts.kubectl} --kubeconfig ${this.kubeconfig}`;
  }

  /** Helm against this cluster, as its admin. */
  helm(args: readonly string[], input?: string): Promise<CommandResult> {
    const context = this.context ? ['--kube-context', this.context] : [];
    return command(this.#parts.helm, ['--kubeconfig', this.kubeconfig, ...context, ...args], input);
  }

  /** Renders a chart. @throws Error with Helm's own words when it fails. */
  async helmTemplate(args: readonly string[]): Promise<string> {
    return mustSucceed('helm template', await command(this.#parts.helm, ['template', ...args]));
  }

  /** A kubeconfig that acts as a service account, which is created where it is missing. */
  async serviceAccount(namespace: string, name: string): Promise<string> {
    const known = await this.kubectl(['get', 'serviceaccount', name, '-n', namespace]);
    if (known.code !== 0) await this.mustKubectl(['create', 'serviceaccount', name, '-n', namespace]);
    const token = await this.mustKubectl(['create', 'token', name, '-n', namespace, '--duration=24h']);
    const view = JSON.parse(
      await this.mustKubectl(['config', 'view', '--raw', '--minify', '-o', 'json']),
    ) as {
      clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
    };
    const cluster = view.clusters[0]?.cluster;
    const ca = Buffer.from(cluster?.['certificate-authority-data'] ?? '', 'base64').toString();
    const config = kubeconfigText(cluster?.server ?? this.server, ca, { token: token.trim() });
    return this.writeKubeconfig(`${namespace}-${name}`, config);
  }

  protected async writeKubeconfig(name: string, config: string): Promise<string> {
    const folder = await mkdtemp(join(this.folder, 'kubeconfig-'));
    const path = join(folder, `${name.replace(/[^A-Za-z0-9.-]/g, '_')}.kubeconfig`);
    await writeFile(path, config, { mode: 0o600 });
    return path;
  }
}

/** An existing cluster, by a kubeconfig's context, until it is closed. The caller is trusted to be its admin. */
export async function connect(
  { kubeconfig, context }: { kubeconfig: string; context?: string },
  progress: Progress = toStandardError,
): Promise<Cluster> {
  const { kubectl, helm } = await findBinaries(['kubectl', 'helm'], progress);
  const args = ['--kubeconfig', kubeconfig, ...(context ? ['--context', context] : [])];
  const view = ['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'];
  const { code, stdout: server, stderr } = await command(kubectl, [...args, ...view]);
  if (code !== 0)
    throw new UsageError(`${context ? `context ${context} of ` : ''}${kubeconfig}: ${stderr.trim()}`);
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-cluster-'));
  return new Cluster({ kubeconfig, kubectl, helm, server, folder, ...(context ? { context } : {}) });
}

/** A kubeconfig of one cluster and one user. */
export function kubeconfigText(server: string, ca: string, user: Record<string, string>): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'cluster',
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: 'user', user }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
    'current-context': 'context',
  });
}

export async function command(path: string, args: readonly string[], input?: string): Promise<CommandResult> {
  // In a group of its own: Ctrl-C must not cut short what is being applied or removed.
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code: code ?? 1, stdout, stderr };
}

function mustSucceed(what: string, { code, stdout, stderr }: CommandResult): string {
  if (code !== 0) throw new Error(`${what} failed with exit code ${code}:\n${stderr}${stdout}`);
  return stdout;
}
