import type { Timers } from '../../timers.ts';

/** Failures that are further apart are not one trouble. */
const GAP_MS = 10_000;

/** Since when something fails again and again. Times are the timers' own, in milliseconds. */
export class FailingStreak {
  readonly #timers: Timers;
  #since: number | undefined;
  #lastAt = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  failed(askedAt: number): void {
    this.#since = this.since ?? askedAt;
    this.#lastAt = this.#timers.now();
  }

  ended(): void {
    this.#since = undefined;
  }

  /** Undefined where it has not failed lately. */
  get since(): number | undefined {
    return this.#timers.now() - this.#lastAt > GAP_MS ? undefined : this.#since;
  }
}
