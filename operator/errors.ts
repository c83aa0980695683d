/** Turns whatever was thrown into an `Error`, keeping the original as its cause. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === 'string' ? thrown : 'a value that is no Error was thrown', {
    cause: thrown,
  });
}

/** What the user gave is wrong; the message names the field or flag and the cure. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
