import type { Timers } from '../../timers.ts';

/** So many calls in any window of time. */
class Window {
  readonly #calls: number;
  readonly #ms: number;
  readonly #taken: number[] = [];

  constructor(calls: number, ms: number) {
    this.#calls = calls;
    this.#ms = ms;
  }

  waitMs(now: number): number {
    const oldest = this.#taken.at(-this.#calls);
    return oldest === undefined ? 0 : Math.max(0, oldest + this.#ms - now);
  }

  take(now: number): void {
    this.#taken.push(now);
    if (this.#taken.length > this.#calls) this.#taken.shift();
  }
}

/** One call an interval, after a short burst. The generic cell rate algorithm: one number is all that is kept. */
class Spacing {
  readonly #intervalMs: number;
  readonly #burst: number;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(intervalMs: number, burst: number) {
    this.#intervalMs = intervalMs;
    this.#burst = burst;
  }

  waitMs(now: number): number {
    return Math.max(0, this.#nextAt - (this.#burst - 1) * this.#intervalMs - now);
  }

  take(now: number): void {
    this.#nextAt = Math.max(now, this.#nextAt) + this.#intervalMs;
  }
}

/** A minute by Slack's count, with what a call may be late on its way there. */
const MINUTE_MS = 61_000;

/**
 * Calls a minute and workspace. Source: Slack's page on rate limits, tiers 3 and 4, and the methods' reference pages.
 * What is missing here is special or generous. `chat.postMessage` has a limit of its own.
 */
const CALLS_PER_MINUTE: Readonly<Record<string, number>> = {
  'chat.update': 50,
  'conversations.info': 50,
  'conversations.history': 50,
  'bots.info': 50,
  'users.info': 100,
  'views.open': 100,
  'chat.postEphemeral': 100,
};

/** Slack's page on rate limits: one message a second and channel, short bursts pass. */
export const POST_INTERVAL_MS = 1_000;
const CHANNEL_BURST = 3;
/** The same page: several hundred messages a minute and workspace; so 240. */
const WORKSPACE_INTERVAL_MS = 250;
const WORKSPACE_BURST = 20;

/** Channels beyond this many are forgotten, the longest unused first. */
const CHANNELS = 10_000;

/** Slack's limits of one app in one workspace, kept on this side, so that what Slack would refuse is not sent. */
export class Rates {
  readonly #clock: Pick<Timers, 'now'>;
  readonly #methods: ReadonlyMap<string, Window>;
  readonly #channels = new Map<string, Spacing>();
  readonly #workspace = new Spacing(WORKSPACE_INTERVAL_MS, WORKSPACE_BURST);
  readonly #heldUntil = new Map<string, number>();

  constructor(clock: Pick<Timers, 'now'>) {
    this.#clock = clock;
    this.#methods = new Map(
      Object.entries(CALLS_PER_MINUTE).map(([method, calls]) => [method, new Window(calls, MINUTE_MS)]),
    );
  }

  /** Milliseconds until Slack takes the next call of a method; 0: now. */
  waitMs(method: string): number {
    const now = this.#clock.now();
    return Math.max(this.#methods.get(method)?.waitMs(now) ?? 0, this.#held(method, now));
  }

  take(method: string): void {
    this.#methods.get(method)?.take(this.#clock.now());
  }

  /** Milliseconds until Slack takes the next message to a channel; 0: now. */
  postWaitMs(channel: string): number {
    const now = this.#clock.now();
    const waits = [this.#channel(channel).waitMs(now), this.#workspace.waitMs(now)];
    return Math.max(...waits, this.#held('chat.postMessage', now));
  }

  takePost(channel: string): void {
    const now = this.#clock.now();
    this.#channel(channel).take(now);
    this.#workspace.take(now);
  }

  /** Slack asked for silence: the whole method waits. */
  hold(method: string, seconds: number): void {
    const until = this.#clock.now() + seconds * 1000;
    this.#heldUntil.set(method, Math.max(until, this.#heldUntil.get(method) ?? until));
  }

  #held(method: string, now: number): number {
    return Math.max(0, (this.#heldUntil.get(method) ?? now) - now);
  }

  #channel(channel: string): Spacing {
    const known = this.#channels.get(channel) ?? new Spacing(POST_INTERVAL_MS, CHANNEL_BURST);
    this.#channels.delete(channel);
    this.#channels.set(channel, known);
    const [oldest] = this.#channels.keys();
    if (this.#channels.size > CHANNELS && oldest !== undefined) this.#channels.delete(oldest);
    return known;
  }
}
