import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { KEYS } from '../../operator/certificates/material.ts';
import {
  bundlesOf,
  REGISTRATION,
  REGISTRATION_TYPES,
  type Registration,
} from '../../operator/certificates/registrations.ts';
import { SECRETS, type Secret } from '../../operator/certificates/secret.ts';
import { certificatesOf } from '../../operator/certificates/x509.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { loadKubeClient } from '../../operator/kube/config.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { install } from '../../tools/cluster/install.ts';
import { freePort } from '../../tools/cluster/processes.ts';
import { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { agentIn, apply } from '../../tools/environment/people.ts';
import { Balancer } from '../support/balancer.ts';
import { NAMESPACE, template } from '../support/chart.ts';

const SECRET = 'approvalgate-webhook';
const SERVICE = 'approvalgate';
/** Where the agent asks. */
export const SHOP = 'shop';

/** One process of the webhook. */
export interface Replica {
  readonly process: OperatorProcess;
  readonly port: number;
}

/** A real API server that calls the webhook by a Service, of which the certificate holds the name. */
export class Setting {
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
    this.admin = loadKubeClient({ kubeconfig: parts.plane.kubeconfig });
    this.agent = loadKubeClient({ kubeconfig: parts.agent });
    this.service = parts.service;
    this.operatorKubeconfig = parts.operatorKubeconfig;
    this.#folder = parts.folder;
  }

  static async start(): Promise<Setting> {
    const plane = await startControlPlane();
    const { operatorKubeconfig } = await install(plane);
    const service = await Balancer.start();
    await register(plane, service.port);
    const agent = await agentIn(plane, SHOP);
    const folder = await mkdtemp(join(plane.folder, 'replicas-'));
    return new Setting({ plane, agent, service, operatorKubeconfig, folder });
  }

  /** Starts that many processes at once; resolves when all are ready. */
  async replicate(count: number, environment: Readonly<Record<string, string>> = {}): Promise<Replica[]> {
    const started = await Promise.all(Array.from({ length: count }, () => this.#start(environment)));
    this.replicas.push(...started);
    for (const { port } of started) this.service.add(port);
    return started;
  }

  async #start(environment: Readonly<Record<string, string>>): Promise<Replica> {
    const port = await freePort();
    const process = await OperatorProcess.start({
      kubeconfig: this.operatorKubeconfig,
      environment,
      flags: [
        ...['--roles', 'webhook', '--webhook-port', String(port), '--slack-transport', 'off'],
        ...['--webhook-cert-secret', SECRET, '--webhook-service', SERVICE],
      ],
      logFile: join(this.#folder, `${port}.log`),
    });
    return { process, port };
  }

  log(replica: Replica): string {
    return join(this.#folder, `${replica.port}.log`);
  }

  /** Ends all processes, as when nothing of ours runs. */
  async empty(): Promise<void> {
    for (const { port } of this.replicas) this.service.remove(port);
    await Promise.all(this.replicas.splice(0).map(({ process }) => process.stop()));
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

/** What of the chart an operator in the cluster needs. Its Service leads to a port of this machine. */
async function register(plane: ControlPlane, port: number): Promise<void> {
  const parts = ['access/operator.yaml', 'webhooks.yaml'].flatMap((file) => [
    '--show-only',
    `templates/${file}`,
  ]);
  const { code, stdout, stderr } = await template({}, ...parts);
  if (code !== 0) throw new Error(stderr);
  await plane.mustKubectl(['apply', '--server-side', '-f', '-'], { input: stdout });
  await apply(plane, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SERVICE, namespace: NAMESPACE },
    // Of all kinds of Services only this one may lead to loopback.
    spec: { type: 'ExternalName', externalName: '127.0.0.1' },
  });
  const patch = JSON.stringify([
    { op: 'replace', path: '/webhooks/0/clientConfig/service/port', value: port },
  ]);
  for (const { plural } of REGISTRATION_TYPES) {
    await plane.mustKubectl(['patch', plural, REGISTRATION, '--type=json', '-p', patch]);
  }
}

/** Starts a setting before a file's tests and stops it after them. */
export function withSetting(): () => Setting {
  let setting: Setting | undefined;
  beforeAll(async () => {
    setting = await Setting.start();
  });
  afterAll(() => setting?.stop());
  return () => {
    if (setting === undefined) throw new Error('nothing is set up');
    return setting;
  };
}
