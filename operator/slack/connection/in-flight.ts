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

  async drained(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.allSettled([...this.#running]), limit]);
    clearTimeout(timer);
  }
}
