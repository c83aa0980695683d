import { expect } from 'vitest';

/** What is waited for takes milliseconds; a busy machine may take this long. */
export const PATIENCE_MS = 20_000;

/** Looks until there is something. @throws Error naming what never came. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  ms = PATIENCE_MS,
): Promise<T> {
  let found: T | undefined;
  await expect
    .poll(
      async () => {
        found = await look();
        return found !== undefined;
      },
      { timeout: ms, interval: 50, message: what },
    )
    .toBe(true);
  return found as T;
}
