import { Gauge } from 'prom-client';
import type { Logger } from '../../log.ts';
import type { ChatProvider } from '../../messages/provider.ts';
import { registry } from '../../metrics.ts';
import { channelKey } from '../../model/channel-ref.ts';
import type { Timers } from '../../timers.ts';
import { ChannelDigests } from './channel-digests.ts';
import { ChannelQueues } from './channel-queue.ts';
import { type Awaited, Gathering } from './gathering.ts';
import type { Line, QueuedMessage } from './queued-message.ts';

const waiting = new Gauge({
  name: 'approvalgate_deliveries_waiting',
  help: 'Messages that wait until the chat product takes them, by kind.',
  labelNames: ['kind'],
  registers: [registry],
});

/** Nobody answers in less, and an estimate may be off by it: what is expected later than this before its deadline is late. */
const ANSWER_MS = 5_000;

/** The rank of a post that asks people. */
export const ASKING = 0;

interface ScheduleOptions {
  providerOf(line: Line): Pick<ChatProvider, 'digests' | 'pace'>;
  readonly log: Logger;
  readonly timers: Timers;
  /** The clock of deadlines. */
  now(): Date;
}

/**
 * Who may send next. Posts have one line a channel and go one at a time; updates have one line a provider, because a chat
 * product counts them together, in which the channels take turns. Nobody waits inside: who has no turn is woken.
 *
 * Guarantee: whoever has a turn keeps it until `leave`, and nobody else in that line has one.
 */
export class DeliverySchedule {
  readonly #options: ScheduleOptions;
  readonly #lines = new Map<string, ChannelQueues>();
  readonly #lineOf = new Map<string, ChannelQueues>();
  readonly #gathering = new Gathering();
  readonly #digests: ChannelDigests;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#digests = new ChannelDigests({
      ...options,
      countIn: (name) => this.#lines.get(name)?.countTo(ASKING) ?? 0,
      waitingIn: (name) => (this.#lines.get(name)?.ofRank(ASKING) ?? []).map(({ namespace }) => namespace),
      turn: (queued) => this.turn(queued),
      leave: (id) => this.leave(id),
    });
  }

  /** From then on nobody is posted to a channel before all of these for it have come. */
  gather(from: Date, messages: Iterable<Awaited>): void {
    this.#gathering.begin(from, messages);
    this.#digests.begin(from);
  }

  /** Whether it is this message's turn; if not, it waits in line. Its latest rank, deadline and `wake` count. */
  hasTurn(queued: QueuedMessage): boolean {
    const line = this.#lineFor(queued);
    if (this.#lineOf.get(queued.id) !== line) this.#takeOut(queued.id);
    this.#lines.set(line.name, line);
    this.#lineOf.set(queued.id, line);
    if (line.current?.id === queued.id) return true;
    this.#gathering.came(queued.id, this.#options.now());
    const moved = line.put(queued);
    this.#advance(line, queued.id);
    if (moved) this.#wakeLate(line, queued.id);
    this.#count(line);
    this.#digests.moved(line);
    return line.current?.id === queued.id;
  }

  /** Resolves when it is the message's turn. */
  turn(queued: Omit<QueuedMessage, 'wake'>): Promise<void> {
    return new Promise((resolve) => {
      if (this.hasTurn({ ...queued, wake: resolve })) resolve();
    });
  }

  /** Ends a turn, or the wait for one. */
  leave(id: string): void {
    const gathered = this.#lines.get(this.#gathering.came(id, this.#options.now()) ?? '');
    if (gathered !== undefined) this.#advance(gathered);
    this.#takeOut(id);
  }

  #takeOut(id: string): void {
    const line = this.#lineOf.get(id);
    if (line === undefined) return;
    this.#lineOf.delete(id);
    line.remove(id);
    this.#advance(line);
    if (line.size === 0 && line.current === undefined) this.#lines.delete(line.name);
    this.#count(line);
    this.#digests.moved(line);
  }

  /** Whether a post that waits will come too late to be answered, as far as can be told now. */
  isLate({ id, deadline }: QueuedMessage): boolean {
    const line = this.#lineOf.get(id);
    const place = line?.placeOf(id);
    return line !== undefined && place !== undefined && this.#expectedAt(line, place) > deadline - ANSWER_MS;
  }

  #wakeLate(line: ChannelQueues, id: string): void {
    if (line.kind !== 'Post') return;
    const late = line.newlyLate(
      id,
      ({ deadline }, place) => this.#expectedAt(line, place) > deadline - ANSWER_MS,
    );
    for (const queued of late) if (queued.id !== id) queued.wake();
  }

  #expectedAt(line: ChannelQueues, place: number): number {
    const { providerOf, now } = this.#options;
    const { pace } = providerOf(line);
    const before = place + (line.current === undefined ? 0 : 1);
    return now().getTime() + pace.waitMs(line.kind, line.channel) + before * pace.postIntervalMs;
  }

  /** Gives the turn to the next, as soon as the chat product takes one. Who asks just now need not be woken. */
  #advance(line: ChannelQueues, asking?: string): void {
    const { providerOf, timers, now } = this.#options;
    const { pace } = providerOf(line);
    line.cancelTimer();
    if (line.current !== undefined || line.size === 0) return;
    const waitMs = Math.max(pace.waitMs(line.kind, line.channel), this.#gathering.waitMs(line.name, now()));
    if (waitMs > 0) {
      line.cancelTimer = timers.after(waitMs, () => this.#advance(line));
      return;
    }
    const next = this.#digests.wanted(line) ?? line.next();
    if (next === undefined) return;
    line.current = next;
    this.#lineOf.set(next.id, line);
    pace.take(next.kind, next.channel);
    if (next.id !== asking) next.wake();
  }

  #lineFor(queued: QueuedMessage): ChannelQueues {
    const line = lineOf(queued);
    return this.#lines.get(line.name) ?? new ChannelQueues(line);
  }

  #count({ kind }: ChannelQueues): void {
    const sizes = [...this.#lines.values()].filter((line) => line.kind === kind).map(({ size }) => size);
    waiting.set(
      { kind },
      sizes.reduce((sum, size) => sum + size, 0),
    );
  }
}

function lineOf({ kind, provider, channel }: QueuedMessage): Line {
  return kind === 'Update'
    ? { name: `updates by ${provider}`, kind, provider, channel: '' }
    : { name: channelKey({ provider, channel }), kind, provider, channel };
}
