import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { deadlineOf, rfc3339 } from '../../operator/model/time.ts';
import type { CommandResult } from '../../tools/cluster/cluster.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { install } from '../../tools/cluster/install.ts';
import { Authority } from '../../tools/cluster/pki.ts';
import { freePort } from '../../tools/cluster/processes.ts';
import { agentIn, approver } from '../../tools/environment/people.ts';
import { buildWebhook } from '../../webhook/app.ts';
import { CertificateFolder } from '../../webhook/certificate.ts';
import { type RunningServer, serveHttps } from '../../webhook/server.ts';
import { started } from './started.ts';

const NAMESPACE = 'shop';
const HOST = '127.0.0.1';

interface Parts {
  readonly cluster: ControlPlane;
  readonly port: number;
  readonly certDir: string;
  readonly authority: Authority;
  readonly operator: string;
  readonly agent: string;
  readonly mia: string;
}

/** Everything that stands between a client and the store, without an operator: schema, policies, webhook. */
export class AdmissionEnvironment {
  readonly cluster: ControlPlane;
  readonly namespace = NAMESPACE;
  /** Where the webhook listens. */
  readonly port: number;
  /** Holds the webhook's certificate. */
  readonly certDir: string;
  /** Which the API server trusts to sign it. */
  readonly authority: Authority;
  /** Kubeconfigs: the operator's account, an agent's, and that of a person who may approve and deny. */
  readonly operator: string;
  readonly agent: string;
  readonly mia: string;
  /** How far the webhook's clock is ahead, in milliseconds. */
  aheadMs = 0;
  readonly #client: KubeClient;
  #webhook: RunningServer | undefined;

  private constructor({ cluster, port, certDir, authority, operator, agent, mia }: Parts) {
    this.cluster = cluster;
    this.port = port;
    this.certDir = certDir;
    this.authority = authority;
    this.operator = operator;
    this.agent = agent;
    this.mia = mia;
    this.#client = kubeconfigClient(operator);
  }

  static async start(): Promise<AdmissionEnvironment> {
    const cluster = await startControlPlane();
    const port = await freePort();
    const authority = await Authority.create('approvalgate-webhook');
    const certDir = await mkdtemp(join(cluster.folder, 'webhook-'));
    const caBundle = Buffer.from(authority.certificate).toString('base64');
    const webhook = { url: `https://${HOST}:${port}`, caBundle };
    const { operatorKubeconfig: operator } = await install(cluster, { webhook });
    const agent = await agentIn(cluster, NAMESPACE);
    await approver(cluster, NAMESPACE, 'mia');
    const mia = await cluster.person('mia', ['finance']);
    const admission = new AdmissionEnvironment({ cluster, port, certDir, authority, operator, agent, mia });
    await admission.certify('webhook');
    await admission.startWebhook();
    return admission;
  }

  /** Writes a new certificate with a name of its own. */
  async certify(name: string): Promise<void> {
    const { certificate, key } = await this.authority.issue({ name, hosts: [HOST] });
    await writeFile(join(this.certDir, 'tls.crt'), certificate);
    await writeFile(join(this.certDir, 'tls.key'), key);
  }

  async startWebhook(): Promise<void> {
    const log = pino({ level: 'silent' });
    const app = buildWebhook({
      getCheckpoint: (namespace, name) => this.#client.get<Checkpoint>(CHECKPOINTS, { namespace, name }),
      operatorUsername: 'system:serviceaccount:approvalgate:approvalgate',
      now: () => new Date(this.#client.clock.now().getTime() + this.aheadMs),
      log,
      registry: new Registry(),
    });
    const certificate = new CertificateFolder(this.certDir, log);
    this.#webhook = await serveHttps(app, { host: HOST, port: this.port, certificate, log });
  }

  async stopWebhook(): Promise<void> {
    await this.#webhook?.stop();
  }

  async stop(): Promise<void> {
    await this.stopWebhook();
    await this.#client.close();
    await this.cluster.stop();
  }

  /** `kubectl create` with more arguments. */
  create(kubeconfig: string, object: object, ...args: string[]): Promise<CommandResult> {
    return this.#onInput(kubeconfig, ['create', '-f', '-', '-o', 'json', ...args], JSON.stringify(object));
  }

  apply(kubeconfig: string, object: object, ...args: string[]): Promise<CommandResult> {
    return this.#onInput(kubeconfig, ['apply', '-f', '-', '-o', 'json', ...args], JSON.stringify(object));
  }

  /** Posts a body as it is, so that no client changes it first. */
  post(kubeconfig: string, plural: string, body: string): Promise<CommandResult> {
    const path = `/apis/${API_VERSION}/namespaces/${NAMESPACE}/${plural}`;
    return this.#onInput(kubeconfig, ['create', '--raw', path, '-f', '-'], body);
  }

  /** A checkpoint that the agent has created. */
  async asked(spec: object = {}): Promise<Checkpoint> {
    return stored<Checkpoint>(await this.create(this.agent, checkpoint(spec)));
  }

  /** The operator's decision on a checkpoint, as it would write it. */
  async deny(checkpoint: Checkpoint): Promise<void> {
    const { creationTimestamp: created = '', uid: checkpointUID } = checkpoint.metadata;
    const common = { lastTransitionTime: created, reason: 'RuleDenied', message: '' };
    await this.#client.patchStatus(CHECKPOINTS, checkpoint, {
      deadline: rfc3339(deadlineOf(checkpoint)),
      decision: {
        outcome: 'Denied',
        reason: 'RuleDenied',
        decisionTime: created,
        decidedBy: { type: 'Rule', name: 'no-refunds' },
        checkpointUID,
      },
      conditions: [
        { type: 'Decided', status: 'True', ...common },
        { type: 'Approved', status: 'False', ...common },
      ],
    });
  }

  #onInput(kubeconfig: string, args: readonly string[], input: string): Promise<CommandResult> {
    return this.cluster.kubectl(args, { kubeconfig, input });
  }
}

export function checkpoint(spec: object = {}, metadata: object = { generateName: 'refund-' }): object {
  return {
    apiVersion: API_VERSION,
    kind: 'Checkpoint',
    metadata: { namespace: NAMESPACE, ...metadata },
    spec: { action: 'process_refund', ...spec },
  };
}

/** A review of a checkpoint; `spec` and `metadata` go over what it needs. */
export function review(
  { metadata: { name, uid } }: Checkpoint,
  spec: object = {},
  metadata: object = {},
): object {
  return {
    apiVersion: API_VERSION,
    kind: 'CheckpointReview',
    metadata: { generateName: 'review-', namespace: NAMESPACE, ...metadata },
    spec: { checkpoint: { name, uid }, verdict: 'Approve', ...spec },
  };
}

/** The object that a command printed. @throws Error with the command's own words when it failed. */
export function stored<T extends Checkpoint | CheckpointReview>({ code, stdout, stderr }: CommandResult): T {
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** Starts an environment before a file's tests and stops it after them. */
export function withAdmission(): () => AdmissionEnvironment {
  return started(() => AdmissionEnvironment.start());
}
