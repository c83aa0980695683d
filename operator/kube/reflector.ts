import type { ResourceType } from '../../crds/names.ts';
import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { pause, systemTimers, type Timers, watchdog } from '../timers.ts';
import { ApiError, errorFromEvent, isExpired, isInvalid } from './api-error.ts';
import type { KubeClient, WatchEvent, WatchQuery } from './client.ts';
import { InitialEvents } from './initial-events.ts';
import { type Cacheable, type Change, ObjectCache, versionOf } from './object-cache.ts';
import { listAll } from './paged-list.ts';
import type { ListQuery } from './paths.ts';
import { reflectorMetrics } from './reflector-metrics.ts';

/** The server ends a watch after this long, at random in between, so that not all end at once. */
const WATCH_SECONDS = { least: 300, most: 600 };
/** The server sends a bookmark about every minute: a watch without any for this long is dead. */
const INACTIVITY_MS = 150_000;
/** A watch that ends sooner and has told nothing has failed, whatever the server says: client-go's measure. */
const SHORT_MS = 1_000;
const BACKOFF_MS = { first: 800, last: 30_000 };

export interface ReflectorOptions<T> {
  readonly client: Pick<KubeClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  /** Absent: all of the kind in the cluster. */
  readonly query?: Pick<ListQuery, 'fieldSelector'>;
  /** Told of every change, in order. With a field selector an object that leaves the selection is Deleted. */
  onChange(change: Change<T>): void;
  readonly log: Logger;
  readonly timers?: Timers;
  /** In [0, 1); spreads time-outs and back-off. */
  random?(): number;
}

/**
 * A cache of one kind that follows the API server.
 *
 * Flow: a watch that begins with everything there is → replace the cache → go on with its events and bookmarks → on a
 * clean end watch on; on 410 begin again, at once the first time; on anything else back off, honouring Retry-After, and
 * watch on. A server that cannot begin a watch so is asked for a paged list instead.
 * Guarantees: the cache is eventually what the server has; an object that was deleted and created anew in a gap is
 * Deleted, then Added; a handler that throws breaks nothing. Caveat: cached objects are shared and must not be changed.
 */
export class Reflector<T extends Cacheable> {
  readonly #options: ReflectorOptions<T>;
  readonly #timers: Timers;
  readonly #metrics;
  readonly #cache: ObjectCache<T>;
  readonly #firstSync = Promise.withResolvers<void>();
  #hasSynced = false;
  #heardAt: number;
  /** Undefined: what there is has to be asked for anew. */
  #version: string | undefined;
  /** Whether the server can begin a watch with what there is: its feature gate `WatchList`. */
  #streams = true;
  #failures = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#metrics = reflectorMetrics(options.type.plural);
    this.#cache = new ObjectCache((change) => this.#tell(change));
    this.#heardAt = this.#timers.now();
  }

  /** Resolves when the cache first holds everything there is. */
  get synced(): Promise<void> {
    return this.#firstSync.promise;
  }

  get size(): number {
    return this.#cache.size;
  }

  get isSynced(): boolean {
    return this.#hasSynced;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#cache.get(namespace, name);
  }

  items(): T[] {
    return this.#cache.items();
  }

  /** Milliseconds since the API server last said anything: an event, a bookmark or a list. */
  silentForMs(): number {
    return this.#timers.now() - this.#heardAt;
  }

  /** Follows until the signal aborts; then resolves. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#version === undefined && !this.#streams) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (!signal.aborted) await this.#recover(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, type, query } = this.#options;
    const { items, resourceVersion } = await listAll<T>(client, type, query ?? {}, signal);
    this.#begin(items, resourceVersion);
  }

  #begin(objects: readonly T[], version: string): void {
    this.#cache.replace(objects);
    this.#heard(version);
    this.#hasSynced = true;
    this.#firstSync.resolve();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    let initial = this.#version === undefined ? new InitialEvents<T>() : undefined;
    const startedAt = this.#timers.now();
    let told = 0;
    for await (const event of this.#events(signal)) {
      told += 1;
      if (initial === undefined) this.#receive(event);
      else if (initial.take(event)) {
        this.#begin(initial.objects, versionOf(event.object));
        initial = undefined;
      }
    }
    if (initial !== undefined) throw new Error('the watch ended before it had told everything there is');
    if (told === 0 && this.#timers.now() - startedAt < SHORT_MS) throw new Error('the watch ended at once');
    this.#metrics.restarts.inc();
  }

  /** @throws ApiError for an event that says so; Error when nothing was heard for too long */
  async *#events(signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    const { client, type } = this.#options;
    const inactivity = watchdog(this.#timers, INACTIVITY_MS, signal);
    try {
      for await (const event of client.watch<T>(type, this.#watchQuery(), inactivity.signal)) {
        inactivity.kick();
        if (event.type === 'ERROR') throw errorFromEvent(event.object);
        yield event;
      }
    } finally {
      inactivity.end();
    }
  }

  #watchQuery(): WatchQuery {
    const { query, random = Math.random } = this.#options;
    const { least, most } = WATCH_SECONDS;
    const timeoutSeconds = Math.round(least + random() * (most - least));
    if (this.#version !== undefined) return { ...query, timeoutSeconds, resourceVersion: this.#version };
    return { ...query, timeoutSeconds, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
  }

  #receive({ type, object }: WatchEvent<T>): void {
    if (type !== 'BOOKMARK') {
      this.#metrics.events.inc();
      if (type === 'DELETED') this.#cache.delete(object);
      else this.#cache.put(object);
    }
    this.#heard(versionOf(object));
  }

  #heard(version: string): void {
    this.#version = version;
    this.#failures = 0;
    this.#heardAt = this.#timers.now();
    this.#metrics.objects.set(this.#cache.size);
    this.#metrics.heard.set(Date.now() / 1000);
  }

  #tell(change: Change<T>): void {
    try {
      this.#options.onChange(change);
    } catch (error) {
      this.#options.log.error({ error: toError(error).message }, 'a change handler failed');
    }
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const { type, log, random = Math.random } = this.#options;
    if (this.#version === undefined && this.#streams && isInvalid(error)) {
      this.#streams = false;
      return;
    }
    this.#failures += 1;
    if (isExpired(error)) {
      this.#version = undefined;
      this.#metrics.relists.inc({ reason: 'expired' });
      if (this.#failures === 1) return;
    }
    const longest = Math.min(BACKOFF_MS.first * 2 ** (this.#failures - 1), BACKOFF_MS.last);
    const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    const waitMs = Math.round(Math.max(asked, longest * (0.5 + random() / 2)));
    this.#metrics.failures.inc();
    log.warn({ kind: type.kind, waitMs, error: toError(error).message }, 'list or watch failed');
    await pause(this.#timers, waitMs, signal);
  }
}
