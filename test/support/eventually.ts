import { expect, vi } from 'vitest';

/** What is waited for takes milliseconds; a busy machine may take this long. */
export const PATIENCE_MS = 60_000;

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

/** Looks until the assertions hold. @throws what they threw last. */
export function waitFor(assertions: () => void): Promise<void> {
  return vi.waitFor(assertions, { timeout: PATIENCE_MS, interval: 10 });
}

/** Lets what is due run, and what follows from it without waiting: with timers by hand nothing else is under way. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
