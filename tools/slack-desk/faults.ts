import type { Json } from './types.ts';

/** What the next call of a method meets instead of Slack's usual answer. */
export type Fault =
  /** A bare HTTP status; `retryAfter` in seconds. */
  | { readonly status: number; readonly retryAfter?: number }
  /** `ok: false` with this error; `needed` goes with `missing_scope`. */
  | { readonly error: string; readonly needed?: string }
  /** Never answered, never carried out. */
  | { readonly hang: true }
  /** Carried out, but the connection breaks before the answer. */
  | { readonly acceptThenReset: true }
  /** Answered with this, whatever was asked, and not carried out; `headers` go with it. */
  | { readonly answer: unknown; readonly headers?: Json; readonly status?: number }
  /** A proxy's HTML page with status 200. */
  | { readonly html: true };

/** Trouble on demand, method by method, first in first out. */
export class Faults {
  readonly #queues = new Map<string, Fault[]>();
  readonly #onDown: () => void;
  #down = false;

  /** `onDown` breaks what is connected. */
  constructor(onDown: () => void) {
    this.#onDown = onDown;
  }

  /** The next `times` calls of `method` meet `fault`. */
  next(method: string, fault: Fault, times = 1): void {
    const queue = this.#queues.get(method) ?? [];
    this.#queues.set(method, [...queue, ...Array.from({ length: times }, () => fault)]);
  }

  /** Slack is unreachable: connections break, sockets close, clicks reach nobody. */
  down(): void {
    this.#down = true;
    this.#onDown();
  }

  up(): void {
    this.#down = false;
  }

  /** Forget every fault that has not struck yet, and be up. */
  clear(): void {
    this.#queues.clear();
    this.#down = false;
  }

  get isDown(): boolean {
    return this.#down;
  }

  take(method: string): Fault | undefined {
    return this.#queues.get(method)?.shift();
  }
}

/** The fault as it reads in the record of calls. */
export function faultName(fault: Fault): string {
  if ('answer' in fault) return 'fault:answer';
  if ('status' in fault) return `fault:${fault.status}`;
  if ('error' in fault) return `fault:${fault.error}`;
  return `fault:${Object.keys(fault)[0]}`;
}
