import { once } from 'node:events';

/** Work that was begun and must not be cut off: who stops waits for it, up to a limit. */
export class InFlight {
  readonly #running = new Set<Promise<unknown>>();

  /** Follows a piece of work to its end, however it ends. */
  follow<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const forget = (): void => {
      this.#running.delete(work);
    };
    work.then(forget, forget);
    return work;
  }

  /** Resolves when nothing is under way, also of what was begun meanwhile; at the latest after the limit. */
  async drained(limitMs: number): Promise<void> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), limitMs);
    const limit = once(late.signal, 'abort');
    while (this.#running.size > 0 && !late.signal.aborted) {
      await Promise.race([Promise.allSettled([...this.#running]), limit]);
    }
    clearTimeout(timer);
  }
}
