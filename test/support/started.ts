import { afterAll, beforeAll } from 'vitest';

/** Starts something before a file's tests and stops it after them. What is returned gives it, within them. */
export function started<T extends { stop(): Promise<void> }>(start: () => Promise<T>): () => T {
  let running: T | undefined;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running?.stop());
  return () => {
    if (running === undefined) throw new Error('it has not been started');
    return running;
  };
}
