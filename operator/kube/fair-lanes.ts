interface Lane<T> {
  readonly waiting: T[];
  /** Milliseconds of workers, counted since somebody last had to wait for another. */
  used: number;
  /** The turn in which it was last served: the longest unserved goes first where two have used the same. */
  servedAt: number;
}

/**
 * Work that waits for a worker, in lanes that share the workers' time: the lane that has used the least goes next, so
 * whoever floods a lane, or is slow in it, has no more than a share. Within a lane first come, first served.
 */
export class FairLanes<T> {
  readonly #lanes = new Map<string, Lane<T>>();
  #size = 0;
  #turn = 0;

  get size(): number {
    return this.#size;
  }

  add(name: string, item: T): void {
    this.#laneOf(name).waiting.push(item);
    this.#size += 1;
  }

  take(): T | undefined {
    const lane = this.#leastUsed();
    // No lane is waiting, so none was kept waiting by another: forget what each has used.
    if (lane === undefined) this.#lanes.clear();
    else {
      this.#turn += 1;
      this.#size -= 1;
      lane.servedAt = this.#turn;
    }
    return lane?.waiting.shift();
  }

  /** Counts what work of a lane took. */
  used(name: string, ms: number): void {
    const lane = this.#lanes.get(name);
    if (lane) lane.used += ms;
  }

  /** A lane that was idle starts at the least usage of those waiting: it saved up no credit, and keeps its own if higher. */
  #laneOf(name: string): Lane<T> {
    const lane = this.#lanes.get(name) ?? { waiting: [], used: 0, servedAt: 0 };
    if (lane.waiting.length === 0) lane.used = Math.max(lane.used, this.#leastUsed()?.used ?? 0);
    this.#lanes.set(name, lane);
    return lane;
  }

  #leastUsed(): Lane<T> | undefined {
    let least: Lane<T> | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.waiting.length > 0 && (least === undefined || goesBefore(lane, least))) least = lane;
    }
    return least;
  }
}

function goesBefore(a: Lane<unknown>, b: Lane<unknown>): boolean {
  return a.used === b.used ? a.servedAt < b.servedAt : a.used < b.used;
}
