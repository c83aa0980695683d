import type { X509Certificate } from 'node:crypto';
import { toError } from '../errors.ts';
import { isAlreadyExists, isForbidden } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventWriter } from '../kube/events.ts';
import type { Logger } from '../log.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { LIFETIMES, type Lifetimes } from './lifetimes.ts';
import type { Serving } from './material.ts';
import { authorityExpiration } from './metrics.ts';
import { type Observation, Observer } from './observation.ts';
import { isToBeServed, lookAgainMs, writeOf } from './plan.ts';
import { Publisher } from './publisher.ts';
import { misunderstood } from './secret.ts';
import { distrust } from './trust.ts';
import { SecretWriter } from './writer.ts';

export interface RotatorOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace' | 'clock'>;
  readonly secret: { readonly namespace: string; readonly name: string };
  /** DNS names by which the API server calls the webhook. */
  readonly hosts: readonly string[];
  readonly events: Pick<EventWriter, 'write'>;
  readonly log: Logger;
  /** Told of each certificate that the webhook has to serve from now on. */
  serve(serving: Serving): void;
  readonly timers?: Timers;
  /** Shorter ones, for tests. */
  readonly lifetimes?: Lifetimes;
}

/**
 * Keeps the Secret, what the webhook configurations trust, and what this process serves in step.
 *
 * Each run reads all from the store, and does what is due: it publishes, serves, and writes. Several processes are kept
 * apart by resource versions alone: whoever loses looks again. So there is no leader whose absence could cost
 * admission.
 */
export class Rotator {
  readonly #options: RotatorOptions;
  readonly #timers: Timers;
  readonly #lifetimes: Lifetimes;
  readonly #observer: Observer;
  readonly #publisher: Publisher;
  readonly #writer: SecretWriter;
  #served: Serving | undefined;
  #last: Observation | undefined;
  #lookedAt: number;
  #failure: string | undefined;

  constructor(options: RotatorOptions) {
    const { timers = systemTimers, lifetimes = LIFETIMES } = options;
    this.#options = options;
    this.#timers = timers;
    this.#lifetimes = lifetimes;
    this.#observer = new Observer(options);
    this.#publisher = new Publisher({ ...options, lifetimes });
    this.#writer = new SecretWriter({ ...options, lifetimes });
    this.#lookedAt = timers.now();
  }

  /**
   * Looks once and does what is due. The answer says when to look again.
   * @throws ApiError when something cannot be read or written; the next run begins anew
   */
  async run(): Promise<{ readonly afterMs: number }> {
    try {
      const answer = await this.#step();
      this.#failure = undefined;
      return answer;
    } catch (error) {
      // Another process has just created the Secret: its is as good.
      if (isAlreadyExists(error)) return { afterMs: 0 };
      this.#failure = toError(error).message;
      // No replica may look then, as all have one account: none lets go of an authority, and what is served is trusted on.
      if (isForbidden(error)) this.#lookedAt = this.#timers.now();
      throw error;
    }
  }

  /** Sentences on why the API server would not trust the certificate that a connection to the webhook is shown. */
  distrust(shown: X509Certificate): string[] {
    if (this.#last === undefined) {
      return [
        `the webhook's certificate has not been looked at yet${this.#failure ? `: ${this.#failure}` : ''}`,
      ];
    }
    const unseenMs = this.#timers.now() - this.#lookedAt;
    const { hosts, client } = this.#options;
    return [
      ...distrust(shown, this.#last.registrations, hosts, client.clock.now()),
      ...(unseenMs > this.#lifetimes.overlap / 2
        ? [`what the API server trusts has not been looked at for ${Math.round(unseenMs / 60_000)} min`]
        : []),
    ];
  }

  /** Sentences on what works badly while the webhook serves. */
  problems(): string[] {
    const { name } = this.#options.secret;
    return [
      ...(this.#failure ? [`the webhook's certificate cannot be looked after: ${this.#failure}`] : []),
      ...[misunderstood(this.#last?.secret)].filter((problem) => problem !== undefined),
      ...(this.#last && this.#last.secret === undefined ? [`there is no Secret ${name}`] : []),
    ];
  }

  async #step(): Promise<{ readonly afterMs: number }> {
    const observation = await this.#observer.look(this.#served, () => this.#timers.now());
    const { view } = observation;
    this.#last = observation;
    this.#lookedAt = this.#timers.now();
    const { signer, serving } = view.material ?? {};
    if (signer) authorityExpiration.set(signer.certificate.validToDate.getTime() / 1000);
    const publishing = this.#publisher.publish(observation);
    const [published] = await Promise.allSettled([publishing]);
    if (serving && isToBeServed(view, this.#lifetimes)) this.#serve(serving);
    if (published.status === 'fulfilled' && published.value) return { afterMs: 0 };
    const write = writeOf(view, this.#lifetimes);
    if (write !== undefined) await this.#writer.write(write, observation);
    // Only now: that nothing can be published must not let a certificate end that is trusted.
    await publishing;
    return { afterMs: write === undefined ? lookAgainMs(view, this.#lifetimes) : 0 };
  }

  #serve(serving: Serving): void {
    this.#options.serve(serving);
    this.#served = serving;
  }
}
