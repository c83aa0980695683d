import type { Undelivered } from '../../messages/provider.ts';
import type { Failure } from '../connection/failures.ts';

/** A failed call as the rest of the operator sees it. */
export function undelivered({ reason, message, retryAfterSeconds, inDoubt }: Failure): Undelivered {
  return {
    ok: false,
    reason,
    message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(inDoubt ? { inDoubt } : {}),
  };
}

/** Marks a rate limit: nothing is wrong, ask again later. */
export function tooEarly(failed: Undelivered): Undelivered {
  return failed.reason === 'SlackRateLimited' ? { ...failed, tooEarly: true } : failed;
}
