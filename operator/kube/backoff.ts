import { backoffMs, spread } from '../timers.ts';
import { ApiError } from './api-error.ts';

const FAILURE_MS = { first: 500, last: 60_000 };
/** A conflict is no fault: the watch is about to bring the newer version, unless it is behind for longer. */
const CONFLICT_MS = { first: 50, last: 5_000 };

/** Longest that a read waits for the sake of a `Retry-After`: somebody waits for its answer. */
const READ_RETRY_AFTER_MS = 5_000;

/** How long a key waits after so many failures in a row. */
export function failureBackoffMs(failures: number): number {
  return spread(backoffMs(FAILURE_MS, failures), Math.random());
}

/** How long a key waits after so many conflicts in a row. */
export function conflictBackoffMs(conflicts: number): number {
  return backoffMs(CONFLICT_MS, conflicts);
}

/**
 * What the API server asks for by `Retry-After`; never longer than our own longest wait: a deadline, or sight of what is
 * followed, is not put off by what a server asks for.
 */
export function askedToWaitMs(error: unknown): number {
  const { retryAfterSeconds = 0 } = error instanceof ApiError ? error : {};
  return Math.min(retryAfterSeconds * 1000, FAILURE_MS.last);
}

/** How long a read waits before it is tried again. `attempt`: 1 is the first that failed. */
export function readRetryMs({ retryAfterSeconds }: ApiError, attempt: number): number {
  if (retryAfterSeconds !== undefined) return Math.min(retryAfterSeconds * 1000, READ_RETRY_AFTER_MS);
  return spread(100 * 2 ** attempt, Math.random());
}
