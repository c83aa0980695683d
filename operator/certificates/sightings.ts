/**
 * For how long this process has seen something without a gap. It is kept in memory and measured by a clock that never
 * goes back: after a restart everything counts as new, which makes waiting longer and never shorter.
 */
export class Sightings {
  #since: ReadonlyMap<string, number> = new Map();

  /** What is seen at `now`, in ms; what is missing is forgotten. */
  see(names: readonly string[], now: number): void {
    this.#since = new Map(names.map((name) => [name, this.#since.get(name) ?? now]));
  }

  /** Milliseconds; -1 for what is not seen. */
  forMs(name: string, now: number): number {
    const since = this.#since.get(name);
    return since === undefined ? -1 : now - since;
  }
}
