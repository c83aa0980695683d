import { setTimeout as delay } from 'node:timers/promises';
import { REGISTRATION_TYPES } from '../../crds/names.ts';
import { REGISTRATION, type Registration } from '../../operator/certificates/registrations.ts';
import { distrust } from '../../operator/certificates/trust.ts';
import { toError } from '../../operator/errors.ts';
import { eventually } from '../support/eventually.ts';
import { type CertificateEnvironment, HOST } from './environment.ts';
import { shownAt } from './shown.ts';

/** A checkpoint is created so often. */
const EVERY_MS = 50;

/** Agents that ask at a steady rate, and an eye on what each process of the webhook shows meanwhile. */
export class Load {
  asked = 0;
  /** What the API server said to those that it refused. */
  readonly refused: string[] = [];
  shown = 0;
  /** Why the API server would not have trusted what was shown. */
  readonly distrusted: string[] = [];
  readonly #environment: CertificateEnvironment;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>[] = [];

  private constructor(environment: CertificateEnvironment) {
    this.#environment = environment;
  }

  static begin(environment: CertificateEnvironment): Load {
    const load = new Load(environment);
    load.#running.push(load.#ask(), load.#watch());
    return load;
  }

  /** Ends when enough was asked and looked at to say something. */
  async end(): Promise<this> {
    await eventually('enough load', () => (this.asked >= 40 && this.shown >= 9 ? true : undefined));
    this.#stop.abort();
    await Promise.all(this.#running);
    return this;
  }

  /** One after the other has begun, whether or not those before have been answered. */
  async #ask(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#running.push(this.#askOnce());
      await delay(EVERY_MS);
    }
  }

  async #askOnce(): Promise<void> {
    this.asked += 1;
    try {
      await this.#environment.ask();
    } catch (error) {
      this.refused.push(toError(error).message);
    }
  }

  async #watch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const { port } of this.#environment.replicas) await this.#look(port);
      await delay(EVERY_MS);
    }
  }

  /** Trusted by what was published before it was shown, and by what is after. */
  async #look(port: number): Promise<void> {
    const before = await this.#registrations();
    const shown = await shownAt(port);
    const after = await this.#registrations();
    this.shown += 1;
    for (const registrations of [before, after]) {
      this.distrusted.push(...distrust(shown, registrations, [HOST], new Date()));
    }
  }

  #registrations(): Promise<(Registration | undefined)[]> {
    const { admin } = this.#environment;
    return Promise.all(
      REGISTRATION_TYPES.map((type) => admin.get<Registration>(type, { name: REGISTRATION })),
    );
  }
}
