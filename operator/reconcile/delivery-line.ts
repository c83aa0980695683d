import type { SendKind } from '../decision/message.ts';

/** One message that wants to be sent. */
export interface Errand {
  /** Of one checkpoint and channel. */
  readonly id: string;
  readonly kind: SendKind;
  readonly channel: string;
  /** Lower goes first. */
  readonly rank: number;
  /** Milliseconds since the epoch; among equals in rank the nearest goes first. */
  readonly deadline: number;
  /** Called when its turn has come, or when it turns out that it cannot be in time. */
  wake(): void;
}

interface Entry {
  errand: Errand;
  /** Among equals, who came first goes first. */
  readonly arrival: number;
  /** It is known already that it cannot be in time. */
  isLate: boolean;
}

/** Errands in order: the channels take turns, and within one the lowest rank and the nearest deadline go first. */
export class DeliveryLine {
  readonly name: string;
  readonly kind: SendKind;
  /** Whose turn it is. */
  current: Errand | undefined;
  /** Ends the wait for the next turn. */
  cancelTimer: () => void = () => undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #queues = new Map<string, Entry[]>();
  #arrivals = 0;

  constructor(name: string, kind: SendKind) {
    this.name = name;
    this.kind = kind;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether the order changed by it. */
  put(errand: Errand): boolean {
    const known = this.#entries.get(errand.id);
    if (known?.errand.rank === errand.rank && known.errand.deadline === errand.deadline) {
      known.errand = errand;
      return false;
    }
    if (known !== undefined) this.#take(known);
    this.#arrivals += 1;
    const entry = { errand, arrival: known?.arrival ?? this.#arrivals, isLate: known?.isLate ?? false };
    const queue = this.#queues.get(errand.channel) ?? [];
    queue.splice(placeIn(queue, entry), 0, entry);
    this.#queues.set(errand.channel, queue);
    this.#entries.set(errand.id, entry);
    return true;
  }

  remove(id: string): void {
    if (this.current?.id === id) this.current = undefined;
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#take(entry);
  }

  /** Makes the next errand the current one. */
  next(): Errand | undefined {
    const [channel] = this.#queues.keys();
    const queue = this.#queues.get(channel ?? '') ?? [];
    const [first] = queue;
    if (channel === undefined || first === undefined) return undefined;
    this.#take(first);
    if (this.#queues.delete(channel)) this.#queues.set(channel, queue);
    this.current = first.errand;
    return first.errand;
  }

  /** How many of its channel go before it; undefined where it does not wait. */
  placeOf(id: string): number | undefined {
    const entry = this.#entries.get(id);
    return entry && placeIn(this.#queues.get(entry.errand.channel) ?? [], entry);
  }

  /** Those who turn out to be late, by their place in line; each is told of once. */
  newlyLate(id: string, isLate: (errand: Errand, place: number) => boolean): Errand[] {
    const from = this.placeOf(id) ?? 0;
    const queue = this.#queues.get(this.#entries.get(id)?.errand.channel ?? '') ?? [];
    const found: Errand[] = [];
    for (const [place, entry] of queue.entries()) {
      if (place < from || entry.isLate || !isLate(entry.errand, place)) continue;
      entry.isLate = true;
      found.push(entry.errand);
    }
    return found;
  }

  #take(entry: Entry): void {
    const { id, channel } = entry.errand;
    const queue = this.#queues.get(channel) ?? [];
    queue.splice(placeIn(queue, entry), 1);
    if (queue.length === 0) this.#queues.delete(channel);
    this.#entries.delete(id);
  }
}

/** Where it stands, or belongs: a search by halves, so that thousands may wait. */
function placeIn(queue: readonly Entry[], entry: Entry): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = queue[middle];
    if (other !== undefined && goesBefore(other, entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function goesBefore(a: Entry, b: Entry): boolean {
  const [first, second] = [a.errand, b.errand];
  if (first.rank !== second.rank) return first.rank < second.rank;
  if (first.deadline !== second.deadline) return first.deadline < second.deadline;
  return a.arrival < b.arrival;
}
