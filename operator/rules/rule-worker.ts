import { setTimeout as delay } from 'node:timers/promises';
import type { BoundedInput } from './input.ts';
import type { Reply, Step } from './protocol.ts';
import { type AnyRule, byScopeThenName, type HeldRule, ruleKey } from './rule.ts';
import { isAskedAbout } from './rule-book.ts';
import { Sandbox } from './sandbox.ts';

/** Until a worker that could not start is tried again. */
const RESTART_MS = 1_000;

/** A worker that holds the rules in force, and another whenever one has ended. */
export class RuleWorker {
  readonly #rules = new Map<string, HeldRule>();
  readonly #unfit = new Set<string>();
  readonly #report: (trouble: string) => void;
  #sandbox: Sandbox | undefined;
  #stopped = false;

  /** `report` is told what keeps the worker from starting. */
  constructor(report: (trouble: string) => void) {
    this.#report = report;
  }

  /** Keys of the rules that ended a worker when they were compiled: no worker ever gets them again. */
  get unfit(): ReadonlySet<string> {
    return this.#unfit;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Notes what the worker was given, for the next one; `fit` is false where that ended it. */
  remember(held: HeldRule, fit: boolean): void {
    const key = ruleKey(held.rule);
    this.#rules.set(key, held);
    if (!fit) this.#unfit.add(key);
  }

  forget(key: string): void {
    this.#rules.delete(key);
    this.#unfit.delete(key);
  }

  /** The rules that an evaluation is about, in the order of their results. */
  rulesFor(input: BoundedInput): AnyRule[] {
    const asked = [...this.#rules.values()].filter((held) => isAskedAbout(held, input));
    return asked.map(({ rule }) => rule).sort(byScopeThenName);
  }

  /** Undefined when the worker failed on one of the steps, nobody knows which; or once stopped. */
  async run(steps: readonly Step[]): Promise<readonly Reply[] | undefined> {
    const sandbox = this.#sandbox ?? (await this.#next());
    try {
      return await sandbox?.run(steps);
    } catch {
      // At once, so that the time which that takes is counted to who ended the worker.
      await this.#next();
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#sandbox?.stop();
  }

  /** Undefined once stopped. That a worker cannot start is no rule's fault, so it is tried until it can. */
  async #next(): Promise<Sandbox | undefined> {
    while (!this.#stopped) {
      try {
        const sandbox = new Sandbox();
        this.#sandbox = sandbox;
        await sandbox.start();
        if (await this.#fill(sandbox)) return sandbox;
      } catch (error) {
        if (this.#stopped) break;
        this.#report(`the worker for rules cannot start: ${String(error)}`);
        await delay(RESTART_MS, undefined, { ref: false });
      }
    }
    return undefined;
  }

  /** Gives a new worker all rules; one that was fit before and ends it is left out of the next. */
  async #fill(sandbox: Sandbox): Promise<boolean> {
    for (const [key, held] of this.#rules) {
      if (this.#unfit.has(key)) continue;
      const replies = await sandbox.run([{ type: 'Set', held }]).catch(() => undefined);
      if (replies !== undefined) continue;
      if (!this.#stopped) this.#unfit.add(key);
      return false;
    }
    return true;
  }
}
