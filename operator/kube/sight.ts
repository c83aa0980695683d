import { FRESH_MS } from '../model/time.ts';
import { pause, type Timers, watchdog } from '../timers.ts';
import { ApiError } from './api-error.ts';
import type { KubeClient } from './client.ts';
import type { Compared } from './listed.ts';
import { isOlder } from './resource-version.ts';
import type { RelistReason } from './watch-backoff.ts';
import type { WatchState } from './watch-state.ts';

/** A look that takes longer has failed. */
const LOOK_MS = 2_000;
/** How often it is looked whether a watch that was begun anew is open, and how often at most. */
const OPEN_LOOK_MS = 50;
const OPEN_LOOKS = 20;

/** A watch that is looked after. */
export interface Watched extends Compared {
  readonly isSynced: boolean;
  readonly size: number;
  readonly state: WatchState;
  reconnect(): void;
  beginAgain(reason: RelistReason): void;
}

interface SightOptions {
  readonly client: Pick<KubeClient, 'listMetadata'>;
  readonly watch: Watched;
  readonly timers: Timers;
}

/**
 * Whether what is followed of one kind is seen. A watch cannot say so itself: a quiet one and a dead one sound alike.
 * So where it has said nothing for a second the API server is asked for a list of one name, which costs it next to
 * nothing. A watch whose server does not answer that is begun anew at once, and again when it answers.
 */
export class Sight {
  readonly #client: SightOptions['client'];
  readonly #watch: Watched;
  readonly #timers: Timers;
  /** When the newest look that was answered well began. */
  #goodAt = Number.NEGATIVE_INFINITY;
  #failingSince: number | undefined;
  #blindSince: number | undefined;
  #cause = '';
  /** When the watch was begun anew after the API server answered again. */
  #begunAnewAt: number | undefined;

  constructor({ client, watch, timers }: SightOptions) {
    this.#client = client;
    this.#watch = watch;
    this.#timers = timers;
  }

  get plural(): string {
    return this.#watch.type.plural;
  }

  /** In words, what keeps this kind out of sight; undefined while it is seen. */
  get blindness(): string | undefined {
    return this.#blindSince === undefined ? undefined : this.#cause;
  }

  /** Whether it has to be looked at more often than a quiet watch. */
  get isDoubtful(): boolean {
    return this.#failingSince !== undefined || (this.#watch.isSynced && this.#watch.state.phase !== 'Open');
  }

  /** Before the first list there is nothing that could be lost sight of. Never rejects. */
  async look(): Promise<void> {
    const { state, isSynced, type } = this.#watch;
    const askedAt = this.#timers.now();
    const heard = state.phase === 'Open' && askedAt - state.heardAt < FRESH_MS;
    if (!isSynced || (heard && this.#failingSince === undefined)) return;
    const { version } = state;
    const { signal, end } = watchdog(this.#timers, LOOK_MS);
    try {
      const { resourceVersion } = await this.#client.listMetadata(type, { limit: 1 }, signal);
      const rewound = version !== undefined && isOlder(resourceVersion, version);
      await this.#answered(askedAt, rewound);
    } catch (error) {
      this.#unanswered(askedAt, error);
    } finally {
      end();
    }
  }

  async #answered(askedAt: number, rewound: boolean): Promise<void> {
    if (askedAt < this.#goodAt) return;
    this.#goodAt = askedAt;
    if (rewound) this.#beginAnew(askedAt, 'the API server has gone back to an older state');
    else if (this.#failingSince !== undefined && this.#begunAnewAt === undefined) this.#beginAnew(askedAt);
    else if (this.#watch.state.phase === 'Waiting') this.#watch.reconnect();
    await this.#untilOpen();
    if (this.#isOpen) this.#seen();
    else this.#failed(askedAt, `its watch is not answered: ${this.#watch.state.failure ?? 'no answer yet'}`);
  }

  /** Whatever it was before, it may be dead since the API server was away. */
  #beginAnew(askedAt: number, rewound?: string): void {
    this.#begunAnewAt = this.#timers.now();
    if (rewound === undefined) {
      this.#watch.reconnect();
      return;
    }
    this.#watch.beginAgain('rewound');
    this.#failed(askedAt, rewound);
  }

  /** Since it was begun anew, if it was. */
  get #isOpen(): boolean {
    const { phase, heardAt } = this.#watch.state;
    return phase === 'Open' && heardAt >= (this.#begunAnewAt ?? heardAt);
  }

  async #untilOpen(): Promise<void> {
    for (let looks = 0; looks < OPEN_LOOKS && !this.#isOpen; looks += 1) {
      await pause(this.#timers, OPEN_LOOK_MS, NEVER);
    }
  }

  #unanswered(askedAt: number, error: unknown): void {
    if (askedAt < this.#goodAt) return;
    const { status, message } =
      error instanceof ApiError ? error : new ApiError({ status: 0, message: String(error) });
    if (status === 0 && this.#failingSince === undefined) this.#watch.reconnect();
    this.#begunAnewAt = undefined;
    this.#failed(askedAt, wordsFor(status, message));
  }

  #failed(since: number, cause: string): void {
    this.#failingSince ??= since;
    this.#cause = cause;
    if (this.#timers.now() - this.#failingSince >= FRESH_MS) this.#blindSince ??= this.#timers.now();
  }

  #seen(): void {
    this.#failingSince = undefined;
    this.#blindSince = undefined;
    this.#begunAnewAt = undefined;
  }
}

const NEVER = new AbortController().signal;

const WORDS = new Map([
  [0, 'the API server does not answer'],
  [401, "the API server does not accept this process's credentials (401)"],
  [403, 'this process may not list them (403)'],
  [404, 'the API server does not know them (404); are the CRDs installed?'],
]);

function wordsFor(status: number, message: string): string {
  return `${WORDS.get(status) ?? `the API server fails (${status})`}: ${message}`;
}
