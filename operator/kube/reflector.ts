import type { ResourceType } from '../../crds/names.ts';
import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { ApiError, isExpired } from './api-error.ts';
import type { KubeClient, WatchEvent } from './client.ts';
import { type Cacheable, type Change, ObjectCache } from './object-cache.ts';
import { reflectorMetrics } from './reflector-metrics.ts';
import { pause, systemTimers, type Timers, watchdog } from './timers.ts';

const PAGE_SIZE = 500;
/** The server ends a watch after this long, at random in between, so that not all end at once. */
const WATCH_SECONDS = { least: 300, most: 600 };
/** The server sends a bookmark about every minute: a watch without any for this long is dead. */
const INACTIVITY_MS = 150_000;
const BACKOFF_MS = { first: 800, last: 30_000 };

export interface ReflectorOptions<T> {
  readonly client: Pick<KubeClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  readonly fieldSelector?: string;
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
 * Flow: paged list → replace the cache → watch from the list's version with bookmarks → on a clean end watch on from the
 * last version; on 410 list again, at once the first time; on anything else back off, honouring Retry-After, and watch on.
 * Guarantees: the cache is eventually what the server has; an object that was deleted and created anew in a gap is
 * Deleted, then Added; a handler that throws breaks nothing.
 * Caveat: cached objects are shared and must not be changed.
 */
export class Reflector<T extends Cacheable> {
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<T>;
  readonly #timers: Timers;
  readonly #metrics;
  readonly #cache: ObjectCache<T>;
  #markSynced: () => void = () => undefined;
  #hasSynced = false;
  #heardAt: number;
  #version: string | undefined;
  #failures = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#metrics = reflectorMetrics(options.type.plural);
    this.#cache = new ObjectCache((change) => this.#tell(change));
    this.#heardAt = this.#timers.now();
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
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
        if (this.#version === undefined) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (!signal.aborted) await this.#recover(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, type, fieldSelector } = this.#options;
    const found: T[] = [];
    let token: string | undefined;
    let version = '';
    do {
      const page = await client.list<T>(type, {
        limit: PAGE_SIZE,
        ...(fieldSelector ? { fieldSelector } : {}),
        ...(token ? { continue: token } : {}),
      });
      found.push(...page.items);
      version = page.resourceVersion;
      token = page.continue;
    } while (token !== undefined && !signal.aborted);
    if (signal.aborted) return;
    this.#cache.replace(found);
    this.#heard(version);
    this.#hasSynced = true;
    this.#markSynced();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, type, fieldSelector, random = Math.random } = this.#options;
    const { least, most } = WATCH_SECONDS;
    const query = {
      resourceVersion: this.#version ?? '',
      timeoutSeconds: Math.round(least + random() * (most - least)),
      ...(fieldSelector ? { fieldSelector } : {}),
    };
    const inactivity = watchdog(this.#timers, INACTIVITY_MS, signal);
    try {
      for await (const event of client.watch<T>(type, query, inactivity.signal)) {
        inactivity.kick();
        this.#receive(event);
      }
    } finally {
      inactivity.end();
    }
    this.#metrics.restarts.inc();
  }

  #receive({ type, object }: WatchEvent<T>): void {
    if (type === 'ERROR') throw errorInStream(object);
    if (type !== 'BOOKMARK') {
      this.#metrics.events.inc();
      if (type === 'DELETED') this.#cache.delete(object);
      else this.#cache.put(object);
    }
    this.#heard(object.metadata.resourceVersion ?? '');
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
    this.#failures += 1;
    if (isExpired(error)) {
      this.#version = undefined;
      this.#metrics.relists.inc({ reason: 'expired' });
      if (this.#failures === 1) return;
    }
    const longest = Math.min(BACKOFF_MS.first * 2 ** (this.#failures - 1), BACKOFF_MS.last);
    const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    const wait = Math.max(asked, longest * (0.5 + random() / 2));
    this.#metrics.failures.inc();
    log.warn(
      { kind: type.kind, waitMs: Math.round(wait), error: toError(error).message },
      'list or watch failed',
    );
    await pause(this.#timers, wait, signal);
  }
}

/** An ERROR event carries a `Status`; a 410 in the stream means the same as one at connect. */
function errorInStream(object: unknown): ApiError {
  const {
    code = 500,
    message = 'the watch sent an error',
    reason,
  } = object as {
    code?: number;
    message?: string;
    reason?: string;
  };
  return new ApiError({ status: code, message, reason });
}
