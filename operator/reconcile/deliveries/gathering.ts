/** How long nobody is posted because of those who have not come yet, at most: some may never come. */
const LONGEST_MS = 10_000;

/** A message that will want to be posted. */
export interface Awaited {
  readonly id: string;
  /** Its key, which names the line of posts to it. */
  readonly channel: string;
}

/**
 * Who takes over delivers from one instant on what its predecessor left. The first that happens to come is not the one
 * with the nearest deadline: in each channel nobody is posted before all of them have come.
 */
export class Gathering {
  #from = Number.POSITIVE_INFINITY;
  readonly #awaited = new Map<string, Set<string>>();
  readonly #channelOf = new Map<string, string>();

  /** Waits for these from then on; before, nobody waits for them. */
  begin(from: Date, messages: Iterable<Awaited>): void {
    this.#from = from.getTime();
    for (const { id, channel } of messages) {
      const inChannel = this.#awaited.get(channel) ?? new Set();
      this.#awaited.set(channel, inChannel.add(id));
      this.#channelOf.set(id, channel);
    }
  }

  /** A message has come, or will not. @returns its channel, where it was the last that was waited for there */
  came(id: string, now: Date): string | undefined {
    const channel = this.#channelOf.get(id);
    if (channel === undefined || now.getTime() < this.#from) return undefined;
    this.#channelOf.delete(id);
    const inChannel = this.#awaited.get(channel);
    inChannel?.delete(id);
    if (inChannel?.size !== 0) return undefined;
    this.#awaited.delete(channel);
    return channel;
  }

  /** How long nobody is to be posted to this channel, in milliseconds; 0: nobody is waited for. */
  waitMs(channel: string, now: Date): number {
    const passed = now.getTime() - this.#from;
    if (passed < 0 || !this.#awaited.has(channel)) return 0;
    return Math.max(0, LONGEST_MS - passed);
  }
}
