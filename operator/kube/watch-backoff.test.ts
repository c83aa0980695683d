import { expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { WatchBackoff } from './watch-backoff.ts';

const busy = (retryAfterSeconds: number) => new ApiError({ status: 429, message: 'busy', retryAfterSeconds });

it.each([
  [20, 20_000],
  [86_400, 60_000],
])('a watch that is asked to wait %i s waits %i ms', (seconds, waitMs) => {
  const backoff = new WatchBackoff(() => 1);
  backoff.failed();
  expect(backoff.waitAfter(busy(seconds))).toBe(waitMs);
});
