import type { ResourceType } from '../../crds/names.ts';
import { toError } from '../errors.ts';
import { pause, systemTimers, type Timers } from '../timers.ts';
import { isExpired, isInvalid } from './api-error.ts';
import type { WatchEvent } from './client.ts';
import { type Cacheable, ObjectCache, versionOf } from './object-cache.ts';
import { listAll } from './paged-list.ts';
import type { Selection } from './paths.ts';
import { reflectorMetrics } from './reflector-metrics.ts';
import type { ReflectorOptions } from './reflector-options.ts';
import { StreamingList } from './streaming-list.ts';
import { type RelistReason, reasonToBeginAgain, WatchBackoff } from './watch-backoff.ts';
import { watchEvents, watchQuery } from './watch-events.ts';
import { WatchProgress, type WatchState } from './watch-state.ts';

/** A watch that ends sooner and has told nothing has failed, whatever the server says: client-go's measure. */
const SHORT_MS = 1_000;

/**
 * A cache of one kind that follows the API server.
 *
 * Flow: a watch that begins with everything there is → replace the cache → go on with its events and bookmarks → on a
 * clean end watch on; on 410 and 404 begin again; on anything else back off for at most two seconds, or as long as
 * Retry-After says, and watch on. A server that cannot begin a watch so is asked for a paged list instead.
 * Guarantees: the cache is eventually what the server has; an object that was deleted and created anew in a gap is
 * Deleted, then Added; a handler that throws breaks nothing. Caveat: cached objects are shared and must not be changed.
 */
export class Reflector<T extends Cacheable> {
  readonly type: ResourceType;
  readonly #options: ReflectorOptions<T>;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #metrics;
  readonly #cache: ObjectCache<T>;
  readonly #backoff: WatchBackoff;
  readonly #progress: WatchProgress;
  readonly #firstSync = Promise.withResolvers<void>();
  #hasSynced = false;
  /** Whether the server can begin a watch with what there is: its feature gate `WatchList`. */
  #hasStreamingLists = true;
  #relist: RelistReason | undefined;
  #interrupt = new AbortController();

  constructor(options: ReflectorOptions<T>) {
    this.type = options.type;
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#random = options.random ?? Math.random;
    this.#metrics = reflectorMetrics(options.type.plural);
    this.#cache = new ObjectCache(options);
    this.#backoff = new WatchBackoff(this.#random);
    this.#progress = new WatchProgress(this.#timers, this.#metrics.heard);
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

  /** What it follows of its kind. */
  get query(): Selection {
    return this.#options.query ?? {};
  }

  get state(): WatchState {
    return this.#progress;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#cache.get(namespace, name);
  }

  items(): T[] {
    return this.#cache.items();
  }

  /** Keeps of a cached object what is to be kept of it by now. @returns that */
  reduce(cached: T): T {
    return this.#cache.reduce(cached);
  }

  /** Ends the present connection, or the waiting for another, and watches on at once from where it stands. */
  reconnect(): void {
    this.#interrupt.abort(new Error('the watch is begun anew'));
  }

  /** As `reconnect`, and asks for everything anew. */
  beginAgain(reason: RelistReason): void {
    this.#relist = reason;
    this.reconnect();
  }

  /** Follows until the signal aborts; then resolves. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#interrupt = new AbortController();
      const turn = AbortSignal.any([signal, this.#interrupt.signal]);
      this.#progress.phase = 'Beginning';
      this.#forget();
      try {
        if (this.#progress.version === undefined && !this.#hasStreamingLists) await this.#list(turn);
        await this.#watch(turn);
      } catch (error) {
        if (!turn.aborted) await this.#recover(error, turn);
      }
    }
  }

  /** Here and not where it is asked for: an event that is under way must not bring the old version back. */
  #forget(): void {
    const reason = this.#relist;
    this.#relist = undefined;
    if (reason === undefined || this.#progress.version === undefined) return;
    this.#progress.version = undefined;
    this.#metrics.relists.inc({ reason });
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, type } = this.#options;
    const { items, resourceVersion } = await listAll<T>(client, type, this.query, signal);
    this.#begin(items, resourceVersion);
  }

  #begin(objects: readonly T[], version: string): void {
    this.#cache.replace(objects);
    this.#follow(version);
    this.#hasSynced = true;
    this.#firstSync.resolve();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    let initial =
      this.#progress.version === undefined
        ? new StreamingList<T>((object) => this.#cache.reduced(object))
        : undefined;
    const { client, type } = this.#options;
    const opened = (): void => this.#progress.opened();
    const query = watchQuery(this.query, this.#progress.version, this.#random);
    const events = watchEvents<T>({ client, type, timers: this.#timers, signal, opened }, query);
    const startedAt = this.#timers.now();
    let told = 0;
    for await (const event of events) {
      told += 1;
      this.#progress.heard();
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

  #receive({ type, object }: WatchEvent<T>): void {
    if (type !== 'BOOKMARK') {
      this.#metrics.events.inc();
      if (type === 'DELETED') this.#cache.delete(object);
      else this.#cache.put(object);
    }
    this.#follow(versionOf(object));
  }

  #follow(version: string): void {
    this.#progress.follow(version);
    this.#backoff.succeeded();
    this.#metrics.objects.set(this.#cache.size);
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (this.#progress.version === undefined && this.#hasStreamingLists && isInvalid(error)) {
      this.#hasStreamingLists = false;
      return;
    }
    this.#backoff.failed();
    const { message } = toError(error);
    this.#progress.failed(message);
    this.#relist = reasonToBeginAgain(error, this.#backoff.failures);
    if (isExpired(error) && this.#backoff.failures === 1) return;
    const waitMs = this.#backoff.waitAfter(error);
    this.#metrics.failures.inc();
    const { type, log } = this.#options;
    log.warn({ kind: type.kind, waitMs, error: message }, 'list or watch failed');
    await pause(this.#timers, waitMs, signal);
  }
}
