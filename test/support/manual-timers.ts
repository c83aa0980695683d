import type { Timers } from '../../operator/timers.ts';

/** Time that passes when a test says so. */
export class ManualTimers implements Timers {
  #now = 0;
  readonly #due = new Map<symbol, { readonly at: number; run(): void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const id = Symbol();
    this.#due.set(id, { at: this.#now + ms, run });
    return () => this.#due.delete(id);
  }

  /** When the next of them runs, in milliseconds from now; undefined where none waits. */
  get next(): number | undefined {
    const times = [...this.#due.values()].map(({ at }) => at - this.#now);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Runs what is due on the way, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined) break;
      const [id, { at, run }] = next;
      this.#due.delete(id);
      this.#now = Math.max(this.#now, at);
      run();
    }
    this.#now = end;
  }
}
