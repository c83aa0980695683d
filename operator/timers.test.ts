import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkQueue } from './kube/queue.ts';
import { pause, systemTimers } from './timers.ts';

const DAY_MS = 86_400_000;
/** Node fires a timer that is longer than this at once. */
const LONGEST_MS = 2 ** 31 - 1;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the timers of the system', () => {
  it.each([
    ['in 30 days fires after the longest time that Node knows', 30 * DAY_MS, LONGEST_MS],
    ['that is due already fires at once', -5, 0],
  ])('one %s', (_, asked, given) => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    systemTimers.after(asked, () => undefined);
    expect(set.mock.calls.map(([, ms]) => ms)).toEqual([given]);
  });

  it('let a queue wait all of 30 days, which is longer than one of them can be', async () => {
    const runs: number[] = [];
    const started = systemTimers.now();
    const run = () => {
      runs.push(systemTimers.now() - started);
      return Promise.resolve({});
    };
    const queue = new WorkQueue({ name: 'test', workers: 1, log: pino({ level: 'silent' }) });
    queue.start(run);
    queue.add('a', 30 * DAY_MS);
    await vi.advanceTimersByTimeAsync(30 * DAY_MS - 1);
    expect(runs).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toEqual([30 * DAY_MS]);
  });
});

describe('a pause', () => {
  it.each(['before it', 'during it'])('ends at once by a signal that aborts %s', async (when) => {
    const stopping = new AbortController();
    if (when === 'before it') stopping.abort();
    const paused = pause(systemTimers, DAY_MS, stopping.signal);
    stopping.abort();
    await paused;
    expect(vi.getTimerCount()).toBe(0);
  });
});
