import { Worker } from 'node:worker_threads';
import type { Reply, Step } from './protocol.ts';

/** Heap of the worker. A rule that needs more ends its worker, not the process. */
const HEAP_MB = 64;

const CPU_CHECK_MS = 100;

interface Budget {
  /** CPU time: wall-clock time alone would blame a rule for a busy machine. */
  readonly cpuMs: number;
  /** Whatever the CPU time says, nothing takes longer. */
  readonly wallMs: number;
}

/** Of one batch. */
const RUN: Budget = { cpuMs: 250, wallMs: 5_000 };

/** Loading the engine takes about 130 ms of CPU time, several times that on a small machine; no rule is to blame. */
const START: Budget = { cpuMs: Number.POSITIVE_INFINITY, wallMs: 30_000 };

/** Why a batch has no replies. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

/** A worker that ends what takes too much time or memory. After a failure it is gone: make a new one. */
export class Sandbox {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 },
  });
  #failed: Error | undefined;

  constructor() {
    this.#worker.unref();
    this.#worker.on('error', (error) => {
      this.#failed = error;
    });
  }

  /** Resolves when the worker has loaded. */
  async start(): Promise<void> {
    await this.run([], START);
  }

  /** @throws Error when the worker ran out of time or memory, or cannot be sent the steps; it has ended then. */
  async run(steps: readonly Step[], budget = RUN): Promise<readonly Reply[]> {
    const watch = new AbortController();
    try {
      return await Promise.race([this.#replies(steps, watch.signal), this.#overrun(budget, watch.signal)]);
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      watch.abort('done');
    }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #replies(steps: readonly Step[], signal: AbortSignal): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      const ended = (): void =>
        reject(new SandboxError(`it used too much memory or failed (${codeOf(this.#failed)})`));
      this.#worker.once('message', resolve);
      this.#worker.once('exit', ended);
      signal.addEventListener('abort', () => this.#worker.off('exit', ended).off('message', resolve), {
        once: true,
      });
      this.#worker.postMessage(steps);
    });
  }

  /** Nearly every batch has its replies before it is first looked at: to ask for CPU time costs more than a rule. */
  async #overrun({ cpuMs, wallMs }: Budget, signal: AbortSignal): Promise<never> {
    const startedAt = performance.now();
    let before: number | undefined;
    for (;;) {
      await pause(CPU_CHECK_MS, signal);
      const used = await this.#cpuMs(signal);
      before ??= used;
      if ((used ?? 0) - (before ?? 0) > cpuMs) {
        throw new SandboxError(`it used more than ${cpuMs} ms of CPU time`);
      }
      if (performance.now() - startedAt > wallMs) throw new SandboxError('it took too long');
    }
  }

  /** Of the worker since its start; undefined where it has ended, or is too busy to be asked. */
  async #cpuMs(signal: AbortSignal): Promise<number | undefined> {
    try {
      const usage = await Promise.race([this.#worker.cpuUsage(), pause(CPU_CHECK_MS, signal)]);
      return usage === undefined ? undefined : (usage.user + usage.system) / 1000;
    } catch {
      return undefined;
    }
  }
}

/** Never resolves once the signal aborts: then nobody waits any more. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

function codeOf(error: Error | undefined): string {
  return (error as { code?: string } | undefined)?.code ?? 'exit';
}
