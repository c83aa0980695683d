import { setTimeout as delay } from 'node:timers/promises';
import { CHECKPOINTS } from '../../../crds/names.ts';
import type { Checkpoint } from '../../../crds/types.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';

/** What was seen of one checkpoint. */
interface Seen {
  readonly checkpoint: Checkpoint;
  /** Every decision that it ever showed, as JSON; undecided after that counts as one. */
  readonly decisions: ReadonlySet<string>;
  /** When the first was seen, in milliseconds since the epoch. */
  readonly decidedAt?: number;
}

/** Follows every checkpoint of a namespace by a watch that is begun again where it ended, also over a restart. */
export class Watcher {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #changed: (checkpoint: Checkpoint) => void;
  readonly #seen = new Map<string, Seen>();
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #version = '';

  constructor(client: KubeClient, namespace: string, changed: (checkpoint: Checkpoint) => void) {
    this.#client = client;
    this.#namespace = namespace;
    this.#changed = changed;
  }

  async start(): Promise<void> {
    await this.#list();
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  get(uid: string): Seen | undefined {
    return this.#seen.get(uid);
  }

  async #follow(): Promise<void> {
    for (; !this.#stopping.signal.aborted; await delay(100)) {
      // Where it left off is forgotten by an API server that has just started: then all is listed anew.
      await this.#watch().catch(() => this.#list().catch(() => undefined));
    }
  }

  async #list(): Promise<void> {
    const page = await this.#client.list<Checkpoint>(CHECKPOINTS, { namespace: this.#namespace });
    for (const checkpoint of page.items) this.#note(checkpoint);
    this.#version = page.resourceVersion;
  }

  async #watch(): Promise<void> {
    const query = { namespace: this.#namespace, resourceVersion: this.#version, timeoutSeconds: 300 };
    for await (const event of this.#client.watch<Checkpoint>(CHECKPOINTS, query, this.#stopping.signal)) {
      const { type, object } = event;
      if (type === 'ERROR') throw new Error(JSON.stringify(object));
      this.#version = object.metadata.resourceVersion ?? this.#version;
      if (type === 'ADDED' || type === 'MODIFIED') this.#note(object);
    }
  }

  #note(checkpoint: Checkpoint): void {
    const uid = checkpoint.metadata.uid ?? '';
    const before = this.#seen.get(uid);
    const decision = checkpoint.status?.decision;
    const shown = decision || before?.decidedAt ? [JSON.stringify(decision ?? null)] : [];
    const decidedAt = before?.decidedAt ?? (decision ? Date.now() : undefined);
    const decisions = new Set([...(before?.decisions ?? []), ...shown]);
    this.#seen.set(uid, { checkpoint, decisions, ...(decidedAt === undefined ? {} : { decidedAt }) });
    this.#changed(checkpoint);
  }
}
