import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Binary, findBinaries } from '../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { type Progress, toStandardError } from '../cluster/go-build.ts';
import { startProcess, stopProcess } from '../cluster/processes.ts';
import { ctr, startContainerd } from './containerd.ts';
import { NODE_NAME, startKubelet } from './kubelet.ts';
import { NODE_ADDRESS, nodeFolder } from './namespaces.ts';
import { packPause } from './pause.ts';

/** Of a node, besides those of its control plane. */
const BINARIES = ['kube-scheduler', 'kube-proxy', 'kubelet'] as const;

export const NODE_BINARIES: readonly Binary[] = [
  ...BINARIES,
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kubectl',
  'helm',
];

const PATIENCE_MS = 120_000;

interface NodeOptions {
  /** Flags of kube-apiserver besides those that it needs. */
  readonly apiServerFlags?: readonly string[];
  readonly progress?: Progress;
}

/** A control plane and one node that runs Pods, in the namespaces that this process runs in. */
export class RealNode {
  readonly cluster: ControlPlane;
  readonly #startKubelet: () => Promise<ChildProcess>;
  #kubelet: ChildProcess;
  /** In the order in which they were started. */
  readonly #others: readonly ChildProcess[];

  private constructor(parts: {
    cluster: ControlPlane;
    startKubelet: () => Promise<ChildProcess>;
    kubelet: ChildProcess;
    others: readonly ChildProcess[];
  }) {
    this.cluster = parts.cluster;
    this.#startKubelet = parts.startKubelet;
    this.#kubelet = parts.kubelet;
    this.#others = parts.others;
  }

  /** Resolves once the node is Ready. @throws Error outside of namespaces, or when it does not become so. */
  static async start({
    apiServerFlags = [],
    progress = toStandardError,
  }: NodeOptions = {}): Promise<RealNode> {
    const folder = join(nodeFolder(), 'node');
    await mkdir(folder);
    const containerd = await startContainerd(folder);
    await eventually('containerd answers', () => ctr(['version']));
    await ctr(['images', 'import', await packPause(folder)]);
    const address = NODE_ADDRESS;
    const cluster = await startControlPlane({ controllerManager: true, address, apiServerFlags, progress });
    const binaries = await findBinaries(BINARIES, progress);
    const others = [containerd, ...(await startHelpers(cluster, binaries, folder))];
    const kubeconfig = await cluster.person(`system:node:${NODE_NAME}`, ['system:nodes']);
    const clientAuthority = join(cluster.folder, 'ca.crt');
    const startsKubelet = () => startKubelet(binaries.kubelet, { folder, kubeconfig, clientAuthority });
    const kubelet = await startsKubelet();
    const node = new RealNode({ cluster, startKubelet: startsKubelet, kubelet, others });
    await node.ready();
    return node;
  }

  async ready(): Promise<void> {
    const { cluster } = this;
    const wait = ['wait', '--for=condition=Ready', `node/${NODE_NAME}`, '--timeout=10s'];
    await eventually('the node is Ready', () => cluster.mustKubectl(wait));
    // Until then no Pod can be created.
    await eventually('namespaces have accounts', () =>
      cluster.mustKubectl(['get', 'serviceaccount', 'default']),
    );
  }

  /** An OCI archive, whose images Pods then find by their names without pulling. */
  async importImage(archive: string): Promise<void> {
    await ctr(['images', 'import', archive]);
  }

  /** Ends the first process of a Pod's containers at once, as a crash of the machine would. */
  async killPod(namespace: string, pod: string): Promise<void> {
    const ids = 'jsonpath={.status.containerStatuses[*].containerID}';
    const found = await this.cluster.mustKubectl(['get', 'pod', pod, '-n', namespace, '-o', ids]);
    for (const id of found.split(' ').map((each) => each.replace('containerd://', '')))
      await ctr(['tasks', 'kill', '--signal', 'SIGKILL', id]);
  }

  /** Its Pods go on meanwhile. */
  async restartKubelet(downMs = 0): Promise<void> {
    await stopProcess(this.#kubelet);
    await delay(downMs);
    this.#kubelet = await this.#startKubelet();
    await this.ready();
  }

  /** Stops what was started. What runs in Pods ends with the namespaces. */
  async stop(): Promise<void> {
    await stopProcess(this.#kubelet);
    for (const child of [...this.#others].reverse()) await stopProcess(child);
    await this.cluster.stop();
  }
}

/** What places Pods, and what leads to the addresses of Services. */
async function startHelpers(
  cluster: ControlPlane,
  binaries: Record<'kube-scheduler' | 'kube-proxy', string>,
  folder: string,
): Promise<ChildProcess[]> {
  const start = async (name: keyof typeof binaries, flags: readonly string[]) => {
    const kubeconfig = `--kubeconfig=${await cluster.person(`system:${name}`)}`;
    return startProcess(binaries[name], [kubeconfig, ...flags], join(folder, `${name}.log`));
  };
  return [await start('kube-scheduler', ['--leader-elect=false']), await start('kube-proxy', PROXY_FLAGS)];
}

const PROXY_FLAGS = [
  '--proxy-mode=iptables',
  '--cluster-cidr=10.88.0.0/16',
  // The table's size is the machine's, not the namespace's.
  '--conntrack-max-per-core=0',
  `--hostname-override=${NODE_NAME}`,
];

async function eventually(what: string, look: () => Promise<unknown>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await delay(300)) {
    try {
      await look();
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`not after ${PATIENCE_MS / 1000} s: ${what}`, { cause: error });
    }
  }
}
