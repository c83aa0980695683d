import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longer than this nothing else waits for work that follows work: Slack's three seconds, admission, the lease. */
const SLICE_MS = 10;

/**
 * Runs pieces of CPU work one after another, and lets the event loop go round between them once a slice is used up.
 * Without it the continuations of many passes follow each other before the loop looks at a socket or a timer again.
 */
export class TimeSlices {
  #last: Promise<unknown> = Promise.resolve();
  /** When the first work since the loop last went round began; undefined where there was none. */
  #begunAt: number | undefined;

  /** Resolves with what `work` gives, or rejects with what it throws. */
  run<T>(work: () => T): Promise<T> {
    const result = this.#last.then(async () => {
      if (this.#begunAt !== undefined && performance.now() - this.#begunAt > SLICE_MS) await nextTurn();
      if (this.#begunAt === undefined) this.#begin();
      return work();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  #begin(): void {
    this.#begunAt = performance.now();
    setImmediate(() => {
      this.#begunAt = undefined;
    });
  }
}
