import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { isConflict } from './api-error.ts';
import { askedToWaitMs, conflictBackoffMs, failureBackoffMs } from './backoff.ts';
import { FairLanes } from './fair-lanes.ts';
import { queueMetrics } from './queue-metrics.ts';

/**
 * Works on one key; `afterMs` asks for another run unless something comes before. A throw is tried again. `conflicts`:
 * how many runs in a row have ended with one; after a few, what the cache shows is not to be relied on.
 */
type Run<K> = (key: K, conflicts: number) => Promise<{ readonly afterMs?: number }>;

interface QueueOptions<K extends string> {
  readonly name: string;
  readonly workers: number;
  /** Keys of one lane share the workers' time fairly with those of the others; absent: all are in one. */
  lane?(key: K): string;
  readonly log: Logger;
  readonly timers?: Timers;
}

interface Entry {
  /** When the key is due; undefined: only known for its failures or because it runs. */
  dueAt: number | undefined;
  addedAt: number;
  running: boolean;
  failures: number;
  conflicts: number;
  /** The API server asked not to be asked before. */
  notBefore: number;
  cancel: (() => void) | undefined;
}

/**
 * A queue of keys: one entry and one run a key at a time, the earliest asked time wins, a key that is added while it
 * runs is run again after, and failures back off per key. Keys without work are forgotten. Lanes share the workers by the
 * time that their runs take.
 */
export class WorkQueue<K extends string> {
  readonly #options: QueueOptions<K>;
  readonly #timers: Timers;
  readonly #entries = new Map<K, Entry>();
  readonly #ready = new FairLanes<K>();
  readonly #metrics;
  #active = 0;
  /** Undefined until it starts, and once it stops. */
  #runKey: Run<K> | undefined;
  #idle: (() => void) | undefined;

  constructor(options: QueueOptions<K>) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#metrics = queueMetrics(options.name);
  }

  /** Asks for a run of `key` in `afterMs` milliseconds at the latest. */
  add(key: K, afterMs = 0): void {
    const now = this.#timers.now();
    const entry = this.#entries.get(key) ?? newEntry(now);
    this.#entries.set(key, entry);
    const dueAt = Math.max(now + Math.max(0, afterMs), entry.notBefore);
    if (entry.dueAt !== undefined && entry.dueAt <= dueAt) return;
    this.#metrics.adds.inc();
    this.#schedule(key, entry, dueAt);
  }

  /** Works on what was added already, and on what will be. */
  start(run: Run<K>): void {
    this.#runKey = run;
    this.#work();
  }

  /** Starts nothing more and resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#runKey = undefined;
    for (const entry of this.#entries.values()) entry.cancel?.();
    if (this.#active === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  #schedule(key: K, entry: Entry, dueAt: number): void {
    entry.cancel?.();
    entry.cancel = undefined;
    entry.dueAt = dueAt;
    entry.addedAt = this.#timers.now();
    if (entry.running) return;
    const wait = dueAt - this.#timers.now();
    if (wait <= 0) this.#makeReady(key, entry);
    else entry.cancel = this.#timers.after(wait, () => this.#wake(key, entry));
  }

  /** A timer may have been clamped: then the rest is waited for. */
  #wake(key: K, entry: Entry): void {
    entry.cancel = undefined;
    if (entry.dueAt !== undefined) this.#schedule(key, entry, entry.dueAt);
  }

  #makeReady(key: K, entry: Entry): void {
    entry.addedAt = this.#timers.now();
    this.#ready.add(this.#laneOf(key), key);
    this.#metrics.depth.set(this.#ready.size);
    this.#work();
  }

  #work(): void {
    while (this.#runKey !== undefined && this.#active < this.#options.workers) {
      const key = this.#ready.take();
      if (key === undefined) return;
      this.#metrics.depth.set(this.#ready.size);
      const entry = this.#entries.get(key);
      if (entry !== undefined && !entry.running) void this.#run(key, entry, this.#runKey);
    }
  }

  async #run(key: K, entry: Entry, run: Run<K>): Promise<void> {
    const startedAt = this.#timers.now();
    entry.running = true;
    entry.dueAt = undefined;
    this.#active += 1;
    this.#metrics.waited.observe((startedAt - entry.addedAt) / 1000);
    const afterMs = await this.#attempt(key, entry, run);
    const workedMs = this.#timers.now() - startedAt;
    this.#metrics.worked.observe(workedMs / 1000);
    this.#ready.used(this.#laneOf(key), workedMs);
    this.#active -= 1;
    entry.running = false;
    this.#goOn(key, entry, afterMs);
    if (this.#active === 0) this.#idle?.();
    this.#work();
  }

  #laneOf(key: K): string {
    return this.#options.lane?.(key) ?? '';
  }

  async #attempt(key: K, entry: Entry, run: Run<K>): Promise<number | undefined> {
    try {
      const { afterMs } = await run(key, entry.conflicts);
      [entry.failures, entry.conflicts] = [0, 0];
      this.#metrics.result('success');
      return afterMs;
    } catch (error) {
      return isConflict(error) ? this.#conflicted(entry) : this.#failed(key, entry, toError(error));
    }
  }

  #conflicted(entry: Entry): number {
    entry.conflicts += 1;
    this.#metrics.result('conflict');
    return conflictBackoffMs(entry.conflicts);
  }

  #failed(key: K, entry: Entry, error: Error): number {
    entry.failures += 1;
    this.#metrics.result('error');
    this.#options.log.warn(
      { queue: this.#options.name, key, failures: entry.failures, error: error.message },
      'a run failed and will be tried again',
    );
    const asked = askedToWaitMs(error);
    if (asked > 0) entry.notBefore = this.#timers.now() + asked;
    return Math.max(failureBackoffMs(entry.failures), asked);
  }

  /** What was asked for during the run and what the run asks for: the earlier wins. */
  #goOn(key: K, entry: Entry, afterMs: number | undefined): void {
    const asked = entry.dueAt;
    entry.dueAt = undefined;
    const own = afterMs === undefined ? undefined : this.#timers.now() + afterMs;
    const dueAt = asked === undefined ? own : Math.min(asked, own ?? asked);
    if (dueAt !== undefined) this.#schedule(key, entry, Math.max(dueAt, entry.notBefore));
    else this.#entries.delete(key);
  }
}

function newEntry(now: number): Entry {
  return {
    dueAt: undefined,
    addedAt: now,
    running: false,
    failures: 0,
    conflicts: 0,
    notBefore: 0,
    cancel: undefined,
  };
}
