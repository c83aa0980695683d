import { ApiError } from './api-error.ts';

const FAILURE_MS = { first: 500, last: 60_000 };
/** A conflict is no fault: the watch is about to bring the newer version, unless it is behind for longer. */
const CONFLICT_MS = { first: 50, last: 5_000 };

/** How long a key waits after so many failures in a row, at random, so that not all come back at once. */
export function failureBackoffMs(failures: number): number {
  const longest = Math.min(FAILURE_MS.first * 2 ** (failures - 1), FAILURE_MS.last);
  return longest * (0.5 + Math.random() / 2);
}

/** How long a key waits after so many conflicts in a row. */
export function conflictBackoffMs(conflicts: number): number {
  return Math.min(CONFLICT_MS.first * 2 ** (conflicts - 1), CONFLICT_MS.last);
}

/** Never longer than our own longest wait: a deadline is not put off by what a server asks for. */
export function askedToWaitMs(error: Error): number {
  const { retryAfterSeconds = 0 } = error instanceof ApiError ? error : {};
  return Math.min(retryAfterSeconds * 1000, FAILURE_MS.last);
}
