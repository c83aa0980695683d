/** Node fires a longer timer at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The part of timers that a queue needs, so that a test can own the time. */
export interface Timers {
  now(): number;
  /** Returns what cancels it. Never keeps the process alive. */
  after(ms: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A row of waits, each twice as long as the one before it, in milliseconds. */
interface Backoff {
  readonly first: number;
  readonly last: number;
}

/** The wait after so many failures in a row, from 1. */
export function backoffMs({ first, last }: Backoff, failures: number): number {
  return Math.min(first * 2 ** (failures - 1), last);
}

/** Somewhere in the upper half of a wait, so that not all who wait come back at once. `random`: from 0 to 1. */
export function spread(ms: number, random: number): number {
  return ms * (0.5 + random / 2);
}

/** Resolves after `ms`, or as soon as the signal aborts; at once where it has. */
export function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

/** A signal that aborts with `outer`, if there is one, or when nothing was heard for `ms`: `kick` begins that time anew, maybe another one. */
export function watchdog(timers: Timers, ms: number, outer?: AbortSignal) {
  const silence = new AbortController();
  let cancel = (): void => undefined;
  const kick = (next: number): void => {
    cancel();
    cancel = timers.after(next, () => silence.abort(new Error('nothing was heard for too long')));
  };
  kick(ms);
  const signal = outer ? AbortSignal.any([outer, silence.signal]) : silence.signal;
  return { signal, kick, end: () => cancel() };
}
