import type { SendKind } from '../../messages/provider.ts';
import type { ProviderName } from '../../model/channel-ref.ts';
import type { Line, QueuedMessage } from './queued-message.ts';

interface Entry {
  queued: QueuedMessage;
  /** Among equals, who came first goes first. */
  readonly arrival: number;
  /** It is known already that it cannot be in time. */
  isLate: boolean;
}

/** One in so many messages of a channel goes to the namespace that has waited longest, whatever the deadlines. */
const FAIR_EVERY = 4;

/** Who of a channel was served when, counted in its messages. */
interface Served {
  messages: number;
  readonly last: Map<string, number>;
}

/**
 * The messages of one line in order: the channels take turns, and within one the lowest rank and the nearest deadline go
 * first. An agent chooses its deadlines, so where several namespaces share a channel each has its turn all the same.
 */
export class ChannelQueues implements Line {
  readonly name: string;
  readonly kind: SendKind;
  readonly provider: ProviderName;
  readonly channel: string;
  /** Whose turn it is. */
  current: QueuedMessage | undefined;
  /** Ends the wait for the next turn. */
  cancelTimer: () => void = () => undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #queues = new Map<string, Entry[]>();
  /** Of the channels that somebody waits for. */
  readonly #served = new Map<string, Served>();
  #arrivals = 0;

  constructor({ name, kind, provider, channel }: Line) {
    this.name = name;
    this.kind = kind;
    this.provider = provider;
    this.channel = channel;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The messages that wait and have this rank. */
  ofRank(rank: number): QueuedMessage[] {
    return [...this.#entries.values()].flatMap(({ queued }) => (queued.rank === rank ? [queued] : []));
  }

  /** How many wait that have this rank or a better one: asked at each move, so none of them is looked at one by one. */
  countTo(rank: number): number {
    const counts = [...this.#queues.values()].map((queue) =>
      lengthWhile(queue, ({ queued }) => queued.rank <= rank),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Whether the order changed by it. */
  put(queued: QueuedMessage): boolean {
    const known = this.#entries.get(queued.id);
    if (known?.queued.rank === queued.rank && known.queued.deadline === queued.deadline) {
      known.queued = queued;
      return false;
    }
    if (known !== undefined) this.#take(known);
    this.#arrivals += 1;
    const entry = { queued, arrival: known?.arrival ?? this.#arrivals, isLate: known?.isLate ?? false };
    const queue = this.#queues.get(queued.channel) ?? [];
    queue.splice(placeIn(queue, entry), 0, entry);
    this.#queues.set(queued.channel, queue);
    this.#entries.set(queued.id, entry);
    return true;
  }

  remove(id: string): void {
    if (this.current?.id === id) this.current = undefined;
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#take(entry);
  }

  /** Makes the next queued the current one. */
  next(): QueuedMessage | undefined {
    const [channel] = this.#queues.keys();
    const queue = this.#queues.get(channel ?? '') ?? [];
    const first = channel === undefined ? undefined : this.#choose(channel, queue);
    if (channel === undefined || first === undefined) return undefined;
    this.#take(first);
    if (this.#queues.delete(channel)) this.#queues.set(channel, queue);
    this.current = first.queued;
    return first.queued;
  }

  /** How many of its channel may go before it; undefined where it does not wait. */
  placeOf(id: string): number | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const places = placesIn(this.#queues.get(entry.queued.channel) ?? []);
    return places.find(({ entry: other }) => other === entry)?.place;
  }

  /** Those who turn out to be late, by their place in line; each is told of once. */
  newlyLate(id: string, isLate: (queued: QueuedMessage, place: number) => boolean): QueuedMessage[] {
    const places = placesIn(this.#queues.get(this.#entries.get(id)?.queued.channel ?? '') ?? []);
    const found = places.filter(({ entry, place }) => !entry.isLate && isLate(entry.queued, place));
    for (const { entry } of found) entry.isLate = true;
    return found.map(({ entry }) => entry.queued);
  }

  #choose(channel: string, queue: readonly Entry[]): Entry | undefined {
    const served = this.#served.get(channel) ?? { messages: 0, last: new Map() };
    this.#served.set(channel, served);
    served.messages += 1;
    const isFair = served.messages % FAIR_EVERY === 0;
    const chosen = isFair ? longestUnserved(queue, served.last) : queue[0];
    if (chosen !== undefined) served.last.set(chosen.queued.namespace, served.messages);
    return chosen;
  }

  #take(entry: Entry): void {
    const { id, channel } = entry.queued;
    const queue = this.#queues.get(channel) ?? [];
    queue.splice(placeIn(queue, entry), 1);
    if (queue.length === 0) {
      this.#queues.delete(channel);
      this.#served.delete(channel);
    }
    this.#entries.delete(id);
  }
}

/** Of those of the best rank: the first of the namespace whose last message is the longest ago. */
function longestUnserved(queue: readonly Entry[], last: ReadonlyMap<string, number>): Entry | undefined {
  const [first] = queue;
  let chosen = first;
  for (const entry of queue) {
    if (chosen === undefined || entry.queued.rank !== first?.queued.rank) break;
    if ((last.get(entry.queued.namespace) ?? 0) < (last.get(chosen.queued.namespace) ?? 0)) chosen = entry;
  }
  return chosen;
}

/**
 * How many may go before each, at most: those with nearer deadlines and, where several namespaces wait, the turns of the
 * others; but no more than until its namespace has had a turn for each that goes before it there.
 */
function placesIn(queue: readonly Entry[]): { readonly entry: Entry; readonly place: number }[] {
  const namespaces = new Set(queue.map(({ queued }) => queued.namespace)).size;
  const before = new Map<string, number>();
  return queue.map((entry, place) => {
    const { namespace } = entry.queued;
    const own = before.get(namespace) ?? 0;
    before.set(namespace, own + 1);
    if (namespaces === 1) return { entry, place };
    const byDeadline = place + Math.ceil((place + 1) / (FAIR_EVERY - 1));
    return { entry, place: Math.min(byDeadline, (own + 1) * FAIR_EVERY * namespaces) };
  });
}

/** Where it stands, or belongs. */
function placeIn(queue: readonly Entry[], entry: Entry): number {
  return lengthWhile(queue, (other) => goesBefore(other, entry));
}

/** How many at the beginning of a queue are so, where none is after the first that is not: by halves, as thousands may wait. */
function lengthWhile(queue: readonly Entry[], isSo: (entry: Entry) => boolean): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = queue[middle];
    if (entry !== undefined && isSo(entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function goesBefore(a: Entry, b: Entry): boolean {
  const first = a.queued;
  const second = b.queued;
  if (first.rank !== second.rank) return first.rank < second.rank;
  if (first.deadline !== second.deadline) return first.deadline < second.deadline;
  return a.arrival < b.arrival;
}
