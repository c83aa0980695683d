import { CHECKPOINTS } from '../crds/names.ts';
import type { Checkpoint } from '../crds/types.ts';
import { buildWebhook } from '../webhook/app.ts';
import { CertificateFolder, type CertificateSource, GivenCertificate } from '../webhook/certificate.ts';
import { type RunningServer, serveHttps } from '../webhook/server.ts';
import { unfitness } from './certificates/material.ts';
import { Rotation } from './certificates/rotation.ts';
import { usernameOf } from './config.ts';
import { toError } from './errors.ts';
import type { KubeClient } from './kube/client.ts';
import { loadKubeClient } from './kube/config.ts';
import { EventWriter } from './kube/events.ts';
import { registry } from './metrics.ts';
import type { Parts } from './parts.ts';

/** The webhook, and what looks after its certificate. */
export class Admission {
  readonly #parts: Parts;
  readonly #certificate: CertificateSource;
  readonly #rotation: Rotation | undefined;
  /**
   * Connections of its own: each review that a click creates waits for admission, and a hundred of them would hold every
   * connection that admission needs.
   */
  #reads: KubeClient | undefined;
  #server: RunningServer | undefined;
  #rotating: Promise<void> | undefined;

  private constructor(parts: Parts, certificate: CertificateSource, rotation?: Rotation) {
    this.#parts = parts;
    this.#certificate = certificate;
    this.#rotation = rotation;
  }

  /** Undefined where this process has no webhook. */
  static of(parts: Parts, instance: string): Admission | undefined {
    const { config, log } = parts;
    if (!config.roles.has('webhook')) return undefined;
    if (config.webhookCertDir !== undefined) {
      return new Admission(parts, new CertificateFolder(config.webhookCertDir, log));
    }
    const given = new GivenCertificate();
    return new Admission(parts, given, rotationOf(parts, given, instance));
  }

  /** @throws Error when the port is taken, or a certificate that is given by files cannot be read */
  async start(signal: AbortSignal): Promise<number> {
    const { config, client, log } = this.#parts;
    const reads = await loadKubeClient(config, log);
    this.#reads = reads;
    const app = buildWebhook({
      getCheckpoint: (namespace, name) => reads.get<Checkpoint>(CHECKPOINTS, { namespace, name }),
      operatorUsername: usernameOf(config),
      now: () => client.clock.now(),
      log,
      registry,
    });
    const { host, webhookPort: port } = config;
    this.#server = await serveHttps(app, { host, port, certificate: this.#certificate, log });
    this.#rotating = this.#rotation?.run(signal);
    return this.#server.port;
  }

  /** Sentences on why the API server cannot call this webhook. */
  async notReady(): Promise<string[]> {
    if (this.#server === undefined) return ['the webhook does not listen yet'];
    try {
      const shown = await this.#server.shown();
      if (this.#rotation) return this.#rotation.rotator.distrust(shown);
      return [unfitness(shown, [], this.#parts.client.clock.now())].filter((why) => why !== undefined);
    } catch (error) {
      const why = this.#rotation?.rotator.problems() ?? [];
      return [`the webhook makes no connection (${toError(error).message})`, ...why];
    }
  }

  warnings(): string[] {
    return this.#rotation?.rotator.problems() ?? [];
  }

  /** Resolves when nothing is written any more, after the signal that it was started with. */
  async ended(): Promise<void> {
    await this.#rotating;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.#reads?.close();
  }
}

function rotationOf({ config, client, log }: Parts, given: GivenCertificate, instance: string): Rotation {
  const { namespace, webhookCertSecret: name = '', webhookService = '' } = config;
  const host = `${webhookService}.${namespace}.svc`;
  return new Rotation({
    client,
    log,
    secret: { namespace, name },
    // The API server uses the first; the second is for people who call it in the cluster to see whether it answers.
    hosts: [host, `${host}.cluster.local`],
    events: new EventWriter({ client, instance, log }),
    serve: ({ certificate, key }) => given.give({ cert: String(certificate), key }),
  });
}
