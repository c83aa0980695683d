/**
 * The API server's time, as far as its `Date` headers tell.
 *
 * A header has whole seconds: an answer stamped `D` was made at some instant of [D, D + 1 s), and between the sending of
 * the request and the arrival of the answer. Each answer so bounds the offset between the two clocks from both sides;
 * the bounds of many answers narrow it down to milliseconds. Bounds that contradict each other mean that a clock
 * was set or drifted: then the newest answer alone counts.
 */
export class ServerClock {
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  readonly #local: () => number;

  /** `local` gives this machine's time in milliseconds since the epoch. */
  constructor(local: () => number = Date.now) {
    this.#local = local;
  }

  /** Milliseconds to add to the local time; 0 until the first answer. */
  get offsetMs(): number {
    if (this.#low === Number.NEGATIVE_INFINITY) return 0;
    if (this.#low <= 0 && this.#high >= 0) return 0;
    return Math.abs(this.#low) < Math.abs(this.#high) ? this.#low : this.#high;
  }

  now(): Date {
    return new Date(this.#local() + this.offsetMs);
  }

  /** The local time to remember when a request is sent. */
  mark(): number {
    return this.#local();
  }

  /** Learns from the `Date` header of an answer to a request sent at `sentAt`; what is no date is ignored. */
  observe(date: string | undefined, sentAt: number): void {
    const stamped = Date.parse(date ?? '');
    if (Number.isNaN(stamped)) return;
    const low = stamped - this.#local();
    const high = stamped + 1000 - sentAt;
    const contradicts = low > this.#high || high < this.#low;
    this.#low = contradicts ? low : Math.max(this.#low, low);
    this.#high = contradicts ? high : Math.min(this.#high, high);
  }
}
