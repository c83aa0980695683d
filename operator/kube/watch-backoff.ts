import { backoffMs, spread } from '../timers.ts';
import { isExpired, isNotFound } from './api-error.ts';
import { askedToWaitMs } from './backoff.ts';

/** Low, because what the operator follows must be back within seconds of the API server; five watches are no load. */
const BACKOFF_MS = { first: 400, last: 2_000 };

/** How long to wait after failures in a row: longer each time, spread, and at least as long as the server asks for. */
export class WatchBackoff {
  readonly #random: () => number;
  #failures = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Counts a failure. */
  failed(): void {
    this.#failures += 1;
  }

  /** Milliseconds. */
  waitAfter(error: unknown): number {
    const own = spread(backoffMs(BACKOFF_MS, this.#failures), this.#random());
    return Math.round(Math.max(askedToWaitMs(error), own));
  }
}

/** Why everything is asked for anew: the version is too old, the kind was gone, or the cache is not what the server has. */
export type RelistReason = 'expired' | 'gone' | 'garbage' | 'rewound' | 'differs';

/** After garbage so often in a row a version is given up. */
const GARBAGE_LIMIT = 3;

/** Where the kind is gone, so is everything of it; a version at which only garbage comes is of no use. */
export function reasonToBeginAgain(error: unknown, failures: number): RelistReason | undefined {
  if (isExpired(error)) return 'expired';
  if (isNotFound(error)) return 'gone';
  return error instanceof SyntaxError && failures >= GARBAGE_LIMIT ? 'garbage' : undefined;
}
