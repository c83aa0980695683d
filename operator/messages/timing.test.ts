import { expect, it } from 'vitest';
import { CALL_TIMEOUT_MS, CALLS_PER_POST, POST_TIMEOUT_MS, POST_WITHIN_MS, TAKEOVER_MS } from './timing.ts';

it('nobody takes over before the last call of another process must have ended', () => {
  expect(POST_TIMEOUT_MS).toBeGreaterThanOrEqual(CALLS_PER_POST * CALL_TIMEOUT_MS);
  expect(TAKEOVER_MS).toBeGreaterThanOrEqual(POST_WITHIN_MS + POST_TIMEOUT_MS + 1_000);
});
