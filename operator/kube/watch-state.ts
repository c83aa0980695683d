import type { Timers } from '../timers.ts';

/** `Beginning`: asked for, and nothing answered yet; `Open`: the server answers; `Waiting`: after a failure. */
export type WatchPhase = 'Beginning' | 'Open' | 'Waiting';

/** Where a watch stands. */
export interface WatchState {
  /** The last version that was heard; undefined while everything is asked for. */
  readonly version: string | undefined;
  readonly phase: WatchPhase;
  /** What the last list or watch failed of; undefined once a later one told something. */
  readonly failure: string | undefined;
  /** When the server last said anything, by the timers' clock: the beginning of a watch, an event, a bookmark, a list. */
  readonly heardAt: number;
}

/** Keeps `WatchState`, and its time as a metric. */
export class WatchProgress implements WatchState {
  version: string | undefined;
  phase: WatchPhase = 'Beginning';
  failure: string | undefined;
  heardAt: number;
  readonly #timers: Timers;
  readonly #metric: { set(seconds: number): void };

  constructor(timers: Timers, metric: { set(seconds: number): void }) {
    this.#timers = timers;
    this.#metric = metric;
    this.heardAt = timers.now();
  }

  opened(): void {
    this.phase = 'Open';
    this.heard();
  }

  heard(): void {
    this.heardAt = this.#timers.now();
    this.#metric.set(Date.now() / 1000);
  }

  /** An event, a bookmark or a list was understood. */
  follow(version: string): void {
    this.version = version;
    this.failure = undefined;
    this.heard();
  }

  failed(message: string): void {
    this.phase = 'Waiting';
    this.failure = message;
  }
}
