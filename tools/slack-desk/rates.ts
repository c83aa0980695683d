import type { Json } from './types.ts';

/** Calls a minute and workspace by method. Source: Slack's page on rate limits; tier 3 is 50, tier 4 is 100. */
const TIERS: Readonly<Record<string, number>> = {
  'apps.connections.open': 50,
  'bots.info': 50,
  'chat.delete': 50,
  'chat.update': 50,
  'conversations.history': 50,
  'conversations.info': 50,
  'chat.postEphemeral': 100,
  'users.info': 100,
  'views.open': 100,
  'views.update': 100,
};
const MINUTE_MS = 60_000;

/** One message a second and channel, and short bursts. */
const CHANNEL = { perSecond: 1, burst: 4 };
/** Several hundred a minute and workspace. */
const WORKSPACE = { perSecond: 5, burst: 60 };

/** Tokens that come back at a steady rate. */
class Bucket {
  readonly #limit: { readonly perSecond: number; readonly burst: number };
  #tokens: number;
  #at: number;

  constructor(limit: { readonly perSecond: number; readonly burst: number }, now: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  /** Seconds until there is a token; 0: one was taken. */
  take(now: number): number {
    const { perSecond, burst } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#tokens < 1) return (1 - this.#tokens) / perSecond;
    this.#tokens -= 1;
    return 0;
  }
}

/**
 * Slack's limits as Slack keeps them: who calls too often is told how long to wait, and until then the whole method is
 * refused. `now` gives milliseconds by any zero, so that a test can own the time.
 */
export class SlackRates {
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();
  readonly #channels = new Map<string, Bucket>();
  readonly #workspace: Bucket;
  readonly #blockedUntil = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
    this.#workspace = new Bucket(WORKSPACE, now());
  }

  /** Counts a call; whole seconds to wait where it is refused. */
  refuse(method: string, args: Json): number | undefined {
    const now = this.#now();
    const blocked = ((this.#blockedUntil.get(method) ?? now) - now) / 1000;
    const wait = blocked > 0 ? blocked : this.#take(method, args, now);
    if (wait <= 0) return undefined;
    const seconds = Math.ceil(wait);
    if (blocked <= 0) this.#blockedUntil.set(method, now + seconds * 1000);
    return seconds;
  }

  #take(method: string, args: Json, now: number): number {
    if (method === 'chat.postMessage') return this.#takePost(String(args['channel']), now);
    const perMinute = TIERS[method];
    if (perMinute === undefined) return 0;
    const calls = (this.#calls.get(method) ?? []).filter((at) => at > now - MINUTE_MS);
    this.#calls.set(method, calls);
    const [oldest] = calls;
    if (oldest !== undefined && calls.length >= perMinute) return (oldest + MINUTE_MS - now) / 1000;
    calls.push(now);
    return 0;
  }

  #takePost(channel: string, now: number): number {
    const bucket = this.#channels.get(channel) ?? new Bucket(CHANNEL, now);
    this.#channels.set(channel, bucket);
    return bucket.take(now) || this.#workspace.take(now);
  }
}
