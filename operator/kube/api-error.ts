import type { V1Status } from '@kubernetes/client-node';

/** The API server's (or the network's) refusal of one request. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The `reason` of the answered `Status`, e.g. `NotFound`. */
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(details: {
    status: number;
    message: string;
    reason?: string | undefined;
    retryAfterSeconds?: number | undefined;
    cause?: unknown;
  }) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status;
    this.reason = details.reason;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

export function isNotFound(error: unknown): boolean {
  return hasStatus(error, 404);
}

/** The object changed since it was read: read it again and decide anew. */
export function isConflict(error: unknown): boolean {
  return hasStatus(error, 409) && !isAlreadyExists(error);
}

export function isAlreadyExists(error: unknown): boolean {
  return hasStatus(error, 409) && (error as ApiError).reason === 'AlreadyExists';
}

/** A schema rule or bound refused it; the same write will be refused again. */
export function isInvalid(error: unknown): boolean {
  return hasStatus(error, 422);
}

export function isForbidden(error: unknown): boolean {
  return hasStatus(error, 403);
}

/** The resource version is too old to watch or to go on listing from. */
export function isExpired(error: unknown): boolean {
  return hasStatus(error, 410);
}

/** Worth trying again as it is: nobody answered, the server is overloaded, or it failed. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}

/** Longest message taken over from an answer: an HTML error page must not fill a log. */
const MESSAGE_LIMIT = 1024;

/** Makes an error of an answer that is not 2xx. */
export function errorFromAnswer(status: number, body: string, retryAfter?: string): ApiError {
  const { message, reason, details } = parseStatus(body);
  const seconds = Number(retryAfter ?? details?.retryAfterSeconds);
  return new ApiError({
    status,
    message: (message ?? `HTTP ${status}: ${body}`).slice(0, MESSAGE_LIMIT),
    reason,
    retryAfterSeconds: seconds > 0 ? seconds : undefined,
  });
}

/**
 * Makes an error of a watch's ERROR event, which carries a `Status`. A 410 there means the same as a 410 at connect.
 */
export function errorFromEvent(object: unknown): ApiError {
  const { code = 500, message = 'the watch sent an error', reason } = object as V1Status;
  return new ApiError({ status: code, message, reason });
}

function parseStatus(body: string): V1Status {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
