import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKPOINTS, REGISTRATION_TYPES } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { Lifetimes } from '../../operator/certificates/lifetimes.ts';
import { KEYS } from '../../operator/certificates/material.ts';
import { bundlesOf, REGISTRATION, type Registration } from '../../operator/certificates/registrations.ts';
import { SECRETS, type Secret } from '../../operator/certificates/secret.ts';
import { certificatesOf } from '../../operator/certificates/x509.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { install } from '../../tools/cluster/install.ts';
import { freePort } from '../../tools/cluster/processes.ts';
import { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { agentIn, apply } from '../../tools/environment/people.ts';
import { checkpoint } from '../support/admission-environment.ts';
import { Balancer } from '../support/balancer.ts';
import { NAMESPACE, template } from '../support/chart.ts';
import { started } from '../support/started.ts';
import { shownAt } from './shown.ts';

export const SECRET = 'approvalgate-webhook';
const SERVICE = 'approvalgate';
export const HOST = `${SERVICE}.${NAMESPACE}.svc`;
/** Where the agent asks. */
export const SHOP = 'shop';

const SUPPORT = join(import.meta.dirname, '..', 'support');
const SHORTENED = join(SUPPORT, 'certificate-lifetimes.ts');
const CLOCK = join(SUPPORT, 'shift-clock.ts');

/** One process of the webhook. */
export interface Replica {
  readonly process: OperatorProcess;
  readonly port: number;
}

/** A real API server that calls the webhook by a Service, of which the certificate holds the name. */
export class CertificateEnvironment {
  readonly plane: ControlPlane;
  readonly admin: KubeClient;
  readonly agent: KubeClient;
  readonly service: Balancer;
  readonly operatorKubeconfig: string;
  readonly replicas: Replica[] = [];
  readonly #folder: string;

  private constructor(parts: {
    plane: ControlPlane;
    agent: string;
    service: Balancer;
    operatorKubeconfig: string;
    folder: string;
  }) {
    this.plane = parts.plane;
    this.admin = kubeconfigClient(parts.plane.kubeconfig);
    this.agent = kubeconfigClient(parts.agent);
    this.service = parts.service;
    this.operatorKubeconfig = parts.operatorKubeconfig;
    this.#folder = parts.folder;
  }

  static async start(): Promise<CertificateEnvironment> {
    const plane = await startControlPlane();
    const { operatorKubeconfig } = await install(plane);
    const service = await Balancer.start();
    await register(plane, service.port);
    const agent = await agentIn(plane, SHOP);
    const folder = await mkdtemp(join(plane.folder, 'replicas-'));
    return new CertificateEnvironment({ plane, agent, service, operatorKubeconfig, folder });
  }

  /** Starts that many processes at once, whose waits may be shorter ones, and whose clock may be ahead; resolves when all are ready. */
  async replicate(count: number, lifetimes: Partial<Lifetimes> = {}, clockAheadMs = 0): Promise<Replica[]> {
    const started = await Promise.all(
      Array.from({ length: count }, () => this.#start(lifetimes, clockAheadMs)),
    );
    this.replicas.push(...started);
    for (const { port } of started) this.service.add(port);
    return started;
  }

  async #start(lifetimes: Partial<Lifetimes>, clockAheadMs: number): Promise<Replica> {
    const port = await freePort();
    const process = await OperatorProcess.start({
      kubeconfig: this.operatorKubeconfig,
      environment: {
        NODE_OPTIONS: `--import=${CLOCK} --import=${SHORTENED}`,
        SHIFT_CLOCK_MS: String(clockAheadMs),
        CERTIFICATE_LIFETIMES: JSON.stringify(lifetimes),
      },
      flags: [
        ...['--roles', 'webhook', '--webhook-port', String(port), '--slack-transport', 'off'],
        ...['--webhook-cert-secret', SECRET, '--webhook-service', SERVICE],
      ],
      logFile: join(this.#folder, `${port}.log`),
    });
    return { process, port };
  }

  /** What the processes that run have logged. */
  async logs(): Promise<string> {
    const logs = this.replicas.map(({ port }) => readFile(join(this.#folder, `${port}.log`), 'utf8'));
    return (await Promise.all(logs)).join('');
  }

  /** Ends all processes, as when nothing of ours runs. */
  async empty(): Promise<void> {
    for (const { port } of this.replicas) this.service.remove(port);
    await Promise.all(this.replicas.splice(0).map(({ process }) => process.stop()));
  }

  /** As the agent. @throws ApiError when it is refused */
  ask(): Promise<Checkpoint> {
    const object = checkpoint({}, { namespace: SHOP, generateName: 'refund-' }) as Checkpoint;
    return this.agent.create<Checkpoint>(CHECKPOINTS, object);
  }

  /** The webhook configurations as Helm renders them. */
  registration(values: object = {}): Promise<string> {
    return manifests(this.service.port, ['webhooks.yaml'], values);
  }

  /** Changes the Secret as an administrator would. */
  async change(patch: object): Promise<void> {
    const args = ['patch', 'secret', SECRET, '-n', NAMESPACE, '--type=merge', '-p', JSON.stringify(patch)];
    await this.plane.mustKubectl(args);
  }

  /** Fingerprints of what the processes show, each once. */
  async shown(): Promise<string[]> {
    const all = await Promise.all(this.replicas.map(({ port }) => shownAt(port)));
    return [...new Set(all.map(({ fingerprint256 }) => fingerprint256))];
  }

  async deleteSecret(): Promise<void> {
    await this.plane.mustKubectl(['delete', 'secret', SECRET, '-n', NAMESPACE, '--ignore-not-found']);
  }

  secret(): Promise<Secret | undefined> {
    return this.admin.get<Secret>(SECRETS, { namespace: NAMESPACE, name: SECRET });
  }

  /** What the Secret holds: fingerprints of the authorities, the newest first, and of the certificate. */
  async stored(): Promise<{ authorities: string[]; certificate: string | undefined }> {
    const { data = {} } = (await this.secret()) ?? {};
    const read = (key: string): string[] =>
      certificatesOf(Buffer.from(data[key] ?? '', 'base64').toString()).map((each) => each.fingerprint256);
    return { authorities: read(KEYS.authorities), certificate: read(KEYS.certificate)[0] };
  }

  /** Fingerprints of what each registered webhook trusts. */
  async trusted(): Promise<string[][]> {
    const all = await Promise.all(
      REGISTRATION_TYPES.map((type) => this.admin.get<Registration>(type, { name: REGISTRATION })),
    );
    return all.flatMap((each) =>
      each ? bundlesOf(each).map((held) => held.map(({ fingerprint256 }) => fingerprint256)) : [],
    );
  }

  async stop(): Promise<void> {
    await this.empty();
    this.service.stop();
    await this.admin.close();
    await this.agent.close();
    await this.plane.stop();
  }
}

/** Rights, registration, and a Service that leads to a port of this machine. */
async function register(plane: ControlPlane, port: number): Promise<void> {
  const input = await manifests(port, ['access/operator.yaml', 'webhooks.yaml']);
  await plane.mustKubectl(['apply', '--server-side', '-f', '-'], { input });
  await apply(plane, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SERVICE, namespace: NAMESPACE },
    // Of all kinds of Services only this one may lead to loopback.
    spec: { type: 'ExternalName', externalName: '127.0.0.1' },
  });
}

async function manifests(port: number, files: readonly string[], values: object = {}): Promise<string> {
  const shown = files.flatMap((file) => ['--show-only', `templates/${file}`]);
  const { code, stdout, stderr } = await template(values, ...shown);
  if (code !== 0) throw new Error(stderr);
  return stdout.replaceAll('port: 443', `port: ${port}`);
}

/** Starts an environment before a file's tests and stops it after them. */
export function withCertificates(): () => CertificateEnvironment {
  return started(() => CertificateEnvironment.start());
}
