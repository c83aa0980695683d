import { setTimeout as delay } from 'node:timers/promises';
import { API_VERSION, CHECKPOINTS } from '../../../crds/names.ts';
import type { Checkpoint, ObjectMeta } from '../../../crds/types.ts';
import { ApiError, isAlreadyExists } from '../../../operator/kube/api-error.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { type Shape, shapeOf } from './shapes.ts';

/** How a create ended that gave no checkpoint. It is sent again, by the same name, until it does. */
export type CreateFailure =
  /** Nobody answered: the API server itself is away. */
  | 'unreachable'
  /** The API server could not ask the webhook. */
  | 'admission'
  /** Anything else. */
  | 'other';

export interface Asked {
  readonly shape: Shape;
  readonly checkpoint: Checkpoint;
  /** Milliseconds since the epoch at which the API server's answer came. */
  readonly answeredAt: number;
}

export interface LoadResult {
  readonly asked: readonly Asked[];
  readonly failures: Readonly<Record<CreateFailure, number>>;
  /** Each error once. */
  readonly messages: readonly { readonly kind: CreateFailure; readonly message: string }[];
  readonly seconds: number;
}

/** Doubled at each failure, up to the second: agents that all insist at once would keep an API server that struggles from recovering. */
const RETRY_MS = { first: 250, longest: 8_000 };
const GIVE_UP_MS = 120_000;

/** An agent that asks at a steady rate, however long each answer takes. */
export class Load {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #prefix: string;
  readonly #asked: Asked[] = [];
  readonly #messages = new Map<string, CreateFailure>();
  readonly #failures = { unreachable: 0, admission: 0, other: 0 };
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #startedAt = 0;

  constructor(client: KubeClient, { namespace, prefix }: { namespace: string; prefix: string }) {
    this.#client = client;
    this.#namespace = namespace;
    this.#prefix = prefix;
  }

  start(perSecond: number): void {
    this.#startedAt = Date.now();
    this.#running = this.#run(1000 / perSecond);
  }

  /** Resolves when everything that was sent was answered with a checkpoint. @throws Error when one never was. */
  async stop(): Promise<LoadResult> {
    this.#stopping.abort();
    const seconds = (Date.now() - this.#startedAt) / 1000;
    await this.#running;
    const messages = [...this.#messages].map(([message, kind]) => ({ kind, message }));
    return { asked: this.#asked, failures: this.#failures, messages, seconds };
  }

  async #run(everyMs: number): Promise<void> {
    const creates: Promise<void>[] = [];
    for (let n = 0; !this.#stopping.signal.aborted; n += 1) {
      const create = this.#ask(n);
      // It is thrown when all are waited for, and not before.
      create.catch(() => undefined);
      creates.push(create);
      await delay(Math.max(0, this.#startedAt + (n + 1) * everyMs - Date.now()));
    }
    await Promise.all(creates);
  }

  async #ask(n: number): Promise<void> {
    const shape = shapeOf(n);
    const metadata = { namespace: this.#namespace, name: `${this.#prefix}-${n}` } as ObjectMeta;
    const object = { apiVersion: API_VERSION, kind: 'Checkpoint', metadata, spec: shape.spec };
    const end = Date.now() + GIVE_UP_MS;
    for (let waitMs = RETRY_MS.first; ; waitMs = Math.min(2 * waitMs, RETRY_MS.longest)) {
      try {
        const checkpoint = await this.#create(object);
        this.#asked.push({ shape, checkpoint, answeredAt: Date.now() });
        return;
      } catch (error) {
        this.#note(error);
        if (Date.now() > end) throw error;
        await delay(waitMs * (0.5 + Math.random()));
      }
    }
  }

  /** One that was stored though its answer was lost is found by its name. */
  async #create(object: { metadata: ObjectMeta }): Promise<Checkpoint> {
    try {
      return await this.#client.create<Checkpoint>(CHECKPOINTS, object);
    } catch (error) {
      const { namespace = '', name } = object.metadata;
      const found = isAlreadyExists(error)
        ? await this.#client.get<Checkpoint>(CHECKPOINTS, { namespace, name })
        : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }

  #note(error: unknown): void {
    const kind = failureOf(error);
    this.#failures[kind] += 1;
    const message = error instanceof Error ? error.message : String(error);
    if (this.#messages.size < 20) this.#messages.set(message, kind);
  }
}

function failureOf(error: unknown): CreateFailure {
  if (!(error instanceof ApiError)) return 'other';
  if (error.status === 0) return 'unreachable';
  // As the API server words that a webhook could not be asked; a webhook's refusals read otherwise.
  return error.message.includes('failed calling webhook') ? 'admission' : 'other';
}
