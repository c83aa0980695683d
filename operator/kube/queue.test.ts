import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { settle } from '../../test/support/eventually.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import { ApiError } from './api-error.ts';
import { WorkQueue } from './queue.ts';

type Run = (key: string, conflicts: number) => Promise<{ afterMs?: number }>;

function queueOf(run: Run, workers = 4) {
  const timers = new ManualTimers();
  const queue = new WorkQueue({ name: 'test', workers, log: pino({ level: 'silent' }), timers });
  queue.start(run);
  return { timers, queue };
}

/** Runs that end when the test says so. */
function held() {
  const started: string[] = [];
  const ends = new Map<string, (result: { afterMs?: number }) => void>();
  const run: Run = (key) => {
    started.push(key);
    return new Promise((resolve) => ends.set(key, resolve));
  };
  return { started, run, end: (key: string, result = {}) => ends.get(key)?.(result) };
}

describe('a work queue', () => {
  it('runs a key once however often it is added, and never twice at the same time', async () => {
    const { started, run, end } = held();
    const { queue } = queueOf(run);
    for (let i = 0; i < 5; i += 1) queue.add('a');
    queue.add('b');
    expect(started).toEqual(['a', 'b']);
    queue.add('a');
    queue.add('a');
    expect(started).toEqual(['a', 'b']);
    end('a');
    await settle();
    expect(started).toEqual(['a', 'b', 'a']);
  });

  it('runs no more keys at once than it has workers', async () => {
    const { started, run, end } = held();
    const { queue } = queueOf(run, 2);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(started).toEqual(['a', 'b']);
    end('b');
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('lets a lane that is slow, or has much to do, hold up no other', async () => {
    const { started, run, end } = held();
    const timers = new ManualTimers();
    const lane = (key: string) => key[0] ?? '';
    const queue = new WorkQueue({
      name: 'test',
      lane,
      workers: 1,
      log: pino({ level: 'silent' }),
      timers,
    });
    queue.start(run);
    for (const key of ['a1', 'a2', 'a3', 'b1', 'b2']) queue.add(key);
    for (const ms of [500, 10, 10, 10]) {
      timers.advance(ms);
      end(started.at(-1) ?? '');
      await settle();
    }
    expect(started).toEqual(['a1', 'b1', 'b2', 'a2', 'a3']);
  });

  it('keeps the earliest time that was asked for', async () => {
    const run = vi.fn<Run>(() => Promise.resolve({}));
    const { queue, timers } = queueOf(run);
    queue.add('a', 5_000);
    queue.add('a', 2_000);
    queue.add('a', 9_000);
    timers.advance(1_999);
    expect(run).not.toHaveBeenCalled();
    timers.advance(1);
    expect(run).toHaveBeenCalledTimes(1);
    await settle();
    timers.advance(10_000);
    expect(run).toHaveBeenCalledTimes(1);
    expect(queue.size).toBe(0);
  });

  it('looks again when a run asks for it, or earlier where somebody else does', async () => {
    const { started, run, end } = held();
    const { queue, timers } = queueOf(run);
    queue.add('a');
    queue.add('a', 300);
    end('a', { afterMs: 30_000 });
    await settle();
    timers.advance(300);
    expect(started).toEqual(['a', 'a']);
    end('a', { afterMs: 30_000 });
    await settle();
    timers.advance(29_999);
    expect(started).toHaveLength(2);
    timers.advance(1);
    expect(started).toHaveLength(3);
  });

  it('tries a failed run again, later each time, and sooner after a conflict', async () => {
    const errors = [
      new Error('x'),
      new Error('x'),
      new Error('x'),
      new ApiError({ status: 409, message: 'c' }),
    ];
    const run = vi.fn<Run>(() => {
      const error = errors.shift();
      return error ? Promise.reject(error) : Promise.resolve({});
    });
    const { queue, timers } = queueOf(run);
    queue.add('a');
    const waits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      await settle();
      waits.push(timers.next ?? 0);
      timers.advance(timers.next ?? 0);
    }
    await settle();
    expect(run).toHaveBeenCalledTimes(5);
    const [first = 0, second = 0, third = 0, conflict = 0] = waits;
    expect(second / first).toBeGreaterThanOrEqual(1);
    expect(third / first).toBeGreaterThanOrEqual(2);
    expect(conflict).toBeLessThan(first);
    expect(queue.size).toBe(0);
  });

  it('waits twice as long after each conflict, up to 5 s, and says how many there were', async () => {
    const conflict = new ApiError({ status: 409, message: 'c' });
    const run = vi.fn<Run>(() => Promise.reject(conflict));
    const { queue, timers } = queueOf(run);
    queue.add('a');
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      await settle();
      waits.push(timers.next ?? 0);
      if (i === 8) run.mockResolvedValueOnce({});
      timers.advance(timers.next ?? 0);
    }
    expect(waits).toEqual([50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(run.mock.calls.map(([, conflicts]) => conflicts)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await settle();
    queue.add('a');
    await settle();
    expect(run.mock.lastCall).toEqual(['a', 0]);
    expect(timers.next).toBe(50);
  });

  it('waits as long as the API server asks, also where something happens meanwhile, but no longer than a minute', async () => {
    const run = vi.fn<Run>(() => Promise.resolve({}));
    const busy = (retryAfterSeconds: number) =>
      new ApiError({ status: 429, message: 'b', retryAfterSeconds });
    const { queue, timers } = queueOf(run);
    run.mockRejectedValueOnce(busy(20)).mockRejectedValueOnce(busy(86_400));
    queue.add('a');
    await settle();
    queue.add('a');
    timers.advance(19_999);
    expect(run).toHaveBeenCalledTimes(1);
    timers.advance(1);
    expect(run).toHaveBeenCalledTimes(2);
    await settle();
    timers.advance(59_999);
    expect(run).toHaveBeenCalledTimes(2);
    timers.advance(1);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('stops when what runs has ended, and starts nothing more', async () => {
    const { started, run, end } = held();
    const { queue, timers } = queueOf(run, 1);
    for (const key of ['a', 'b']) queue.add(key);
    queue.add('later', 10);
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    timers.advance(100);
    await settle();
    expect(stopped).toBe(false);
    end('a');
    await stopping;
    expect(started).toEqual(['a']);
  });
});
