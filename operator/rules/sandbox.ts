import { Worker } from 'node:worker_threads';
import type { Reply, Step } from './protocol.ts';

/** Heap of the worker. A rule that needs more ends its worker, not the process. */
const HEAP_MB = 64;

/** CPU time that one batch may use. Wall-clock time alone would blame a rule for a busy machine. */
const CPU_BUDGET_MS = 250;
const CPU_CHECK_MS = 100;

/** Whatever the CPU time says, nothing takes longer. */
const WALL_LIMIT_MS = 5_000;

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

  /** @throws SandboxError when the worker ran out of time or memory; it has ended then. */
  async run(steps: readonly Step[]): Promise<readonly Reply[]> {
    const watch = new AbortController();
    try {
      return await Promise.race([this.#replies(steps, watch.signal), this.#overrun(watch.signal)]);
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      watch.abort();
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

  async #overrun(signal: AbortSignal): Promise<never> {
    const startedAt = performance.now();
    const before = await this.#cpuMs(0);
    for (;;) {
      await pause(CPU_CHECK_MS, signal);
      const used = (await this.#cpuMs(before)) - before;
      if (used > CPU_BUDGET_MS) throw new SandboxError(`it used more than ${CPU_BUDGET_MS} ms of CPU time`);
      if (performance.now() - startedAt > WALL_LIMIT_MS) throw new SandboxError('it took too long');
    }
  }

  /** A worker that has ended used no more than before. */
  async #cpuMs(otherwise: number): Promise<number> {
    try {
      const { user, system } = await this.#worker.cpuUsage();
      return (user + system) / 1000;
    } catch {
      return otherwise;
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
