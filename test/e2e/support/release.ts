import { join } from 'node:path';
import type { Cluster } from '../../../tools/cluster/cluster.ts';
import { eventually } from '../../support/eventually.ts';

export const CHART = join(import.meta.dirname, '..', '..', '..', 'charts', 'approvalgate');

export const NAMESPACE = 'approvalgate';
const NAME = 'approvalgate';

/** By which Helm tells what it waited for in vain. */
const TIMEOUT = ['--wait', '--timeout', '4m'];

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The release of the chart, worked on by Helm as its users do. */
export class Release {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async isInstalled(): Promise<boolean> {
    return (await this.#cluster.helm(['status', NAME, '-n', NAMESPACE])).code === 0;
  }

  install(values: object, chart = CHART): Promise<void> {
    return this.#helm(['install', NAME, chart, '--create-namespace', ...TIMEOUT], values);
  }

  upgrade(values: object, chart = CHART): Promise<void> {
    return this.#helm(['upgrade', NAME, chart, ...TIMEOUT], values);
  }

  uninstall(...flags: readonly string[]): Promise<void> {
    return this.#helm(['uninstall', NAME, ...TIMEOUT, ...flags]);
  }

  /** Names of the operator's Pods that are ready and stay. */
  async pods(): Promise<string[]> {
    const label = 'app.kubernetes.io/component=operator';
    const found = await this.#cluster.mustKubectl([
      'get',
      'pods',
      '-n',
      NAMESPACE,
      '-l',
      label,
      '-o',
      'json',
    ]);
    return (JSON.parse(found) as { items: Pod[] }).items.filter(isReady).map(({ metadata }) => metadata.name);
  }

  /** The Pod that decides, by its Lease. Waits while that is one that stops, or none. */
  leader(): Promise<string> {
    return eventually('a Pod leads', async () => {
      const identity = await this.leaderIdentity();
      return (await this.pods()).find((pod) => identity.startsWith(pod));
    });
  }

  /** Of the process, not of the Pod: one that starts again in the same Pod has another. */
  leaderIdentity(): Promise<string> {
    const holder = ['get', 'lease', NAME, '-n', NAMESPACE, '-o', 'jsonpath={.spec.holderIdentity}'];
    return this.#cluster.mustKubectl(holder);
  }

  /** Resolves when every Pod is one of the newest, and ready. */
  async settled(): Promise<void> {
    const status = ['rollout', 'status', 'deployment/approvalgate', '-n', NAMESPACE, '--timeout=240s'];
    await this.#cluster.mustKubectl(status);
  }

  /** What one looks at when it does not become ready. */
  async #state(): Promise<string> {
    const inNamespace = ['-n', NAMESPACE];
    const looks = [
      ['get', 'pods', '-o', 'wide', ...inNamespace],
      ['get', 'events', ...inNamespace],
      ['logs', '-l', 'app.kubernetes.io/name=approvalgate', '--tail=20', '--prefix', ...inNamespace],
    ];
    const seen = await Promise.all(looks.map((args) => this.#cluster.kubectl(args)));
    return seen.map(({ stdout, stderr }) => `${stdout}${stderr}`).join('\n');
  }

  async #helm(args: readonly string[], values?: object): Promise<void> {
    const given = values === undefined ? [] : ['--values', '-'];
    const input = values === undefined ? undefined : JSON.stringify(values);
    const { code, stdout, stderr } = await this.#cluster.helm([...args, '-n', NAMESPACE, ...given], input);
    if (code !== 0) throw new Error(`helm ${args.join(' ')}:\n${stderr}${stdout}${await this.#state()}`);
  }
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  return ready && metadata.deletionTimestamp === undefined;
}
