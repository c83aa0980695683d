import type { RuleResult } from '../decision/facts.ts';
import type { Problem } from './compile.ts';
import { type EvaluationInput, subjectOf } from './input.ts';
import { isFor } from './match.ts';
import type { Reply, Step } from './protocol.ts';
import { type AnyRule, byScopeThenName, ruleKey } from './rule.ts';
import { failedResult } from './rule-book.ts';
import { Sandbox, SandboxError } from './sandbox.ts';

/** Steps that go to the worker in one message. */
const BATCH = 32;

export interface Readiness {
  readonly problems: readonly Problem[];
}

interface Job {
  readonly step: Step;
  readonly settle: (reply: Reply) => void;
}

/**
 * Owner of the worker that compiles and evaluates rules. Rule changes and evaluations pass through one queue in order,
 * so an evaluation sees exactly the rules that were set before it was asked for.
 *
 * A rule that hangs or exhausts the worker ends it; a new one gets all rules again, and the rules of the evaluation are
 * then tried one by one, so that only the guilty one becomes an error. From then on that rule is always tried apart.
 */
export class RuleEvaluator {
  readonly #rules = new Map<string, AnyRule>();
  readonly #suspects = new Set<string>();
  readonly #queue: Job[] = [];
  #sandbox: Sandbox | undefined;
  #busy = false;
  #stopped = false;

  /** Resolves once the worker holds the rule: from then on it is in force. */
  async setRule(rule: AnyRule): Promise<Readiness> {
    const reply = await this.#enqueue({ type: 'Set', rule });
    return { problems: reply.type === 'Set' ? reply.problems : [] };
  }

  async removeRule(rule: AnyRule): Promise<void> {
    await this.#enqueue({ type: 'Remove', key: ruleKey(rule) });
  }

  /** What the rules say of a checkpoint: those that match or fail. Never rejects while the evaluator runs. */
  async evaluate(input: EvaluationInput): Promise<readonly RuleResult[]> {
    const reply = await this.#enqueue({ type: 'Evaluate', input, except: [...this.#suspects] });
    return reply.type === 'Evaluated' ? reply.results : [];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#sandbox?.stop();
  }

  #enqueue(step: Step): Promise<Reply> {
    return new Promise((resolve) => {
      this.#queue.push({ step, settle: resolve });
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length > 0 && !this.#stopped) await this.#runBatch(this.#queue.splice(0, BATCH));
    this.#busy = false;
  }

  async #runBatch(jobs: readonly Job[]): Promise<void> {
    const replies = await this.#try(jobs.map(({ step }) => step));
    for (const [index, { step, settle }] of jobs.entries()) {
      const reply = replies?.[index] ?? (await this.#runAlone(step));
      this.#remember(step);
      settle(await this.#withSuspects(step, reply));
    }
  }

  /** The rules as the worker holds them, for the next worker. */
  #remember(step: Step): void {
    if (step.type === 'Set') {
      this.#rules.set(ruleKey(step.rule), step.rule);
      this.#suspects.delete(ruleKey(step.rule));
    }
    if (step.type === 'Remove') {
      this.#rules.delete(step.key);
      this.#suspects.delete(step.key);
    }
  }

  /** Undefined when the worker failed on one of the steps, nobody knows which. */
  async #try(steps: readonly Step[]): Promise<readonly Reply[] | undefined> {
    try {
      this.#sandbox ??= await this.#newSandbox();
      return await this.#sandbox.run(steps);
    } catch (error) {
      this.#sandbox = undefined;
      if (!(error instanceof SandboxError) && !this.#stopped) throw error;
      return undefined;
    }
  }

  async #newSandbox(): Promise<Sandbox> {
    const sandbox = new Sandbox();
    await sandbox.run([]);
    for (const rule of this.#rules.values()) await sandbox.run([{ type: 'Set', rule }]);
    return sandbox;
  }

  async #runAlone(step: Step): Promise<Reply> {
    const [reply] = (await this.#try([step])) ?? [];
    if (reply !== undefined) return reply;
    if (step.type !== 'Evaluate') return { type: 'Set', problems: [unfit(step)] };
    return { type: 'Evaluated', results: await this.#oneByOne(step.input, this.#rulesFor(step)) };
  }

  /** The guilty rules of an evaluation become errors, and suspects from then on; the others keep their answers. */
  async #oneByOne(input: EvaluationInput, rules: readonly AnyRule[]): Promise<RuleResult[]> {
    const results: RuleResult[] = [];
    for (const rule of rules) {
      const only = ruleKey(rule);
      const [reply] = (await this.#try([{ type: 'Evaluate', input, except: [], only }])) ?? [];
      if (reply?.type === 'Evaluated') results.push(...reply.results);
      else {
        this.#suspects.add(only);
        results.push(failedResult(rule, 'it was stopped: it used too much time or memory'));
      }
    }
    return results;
  }

  /** Adds what the rules say that were left out of the batch. */
  async #withSuspects(step: Step, reply: Reply): Promise<Reply> {
    if (step.type !== 'Evaluate' || reply.type !== 'Evaluated' || step.except.length === 0) return reply;
    const apart = this.#rulesFor({ ...step, except: [] }).filter((rule) =>
      step.except.includes(ruleKey(rule)),
    );
    if (apart.length === 0) return reply;
    const results = [...reply.results, ...(await this.#oneByOne(step.input, apart))];
    return { type: 'Evaluated', results: inOrder(results) };
  }

  #rulesFor({ input, except }: Extract<Step, { type: 'Evaluate' }>): AnyRule[] {
    const subject = subjectOf(input);
    return [...this.#rules.values()]
      .filter((rule) => !except.includes(ruleKey(rule)))
      .filter(({ metadata: { namespace }, spec }) =>
        isFor({ spec, ...(namespace === undefined ? {} : { namespace }) }, subject),
      )
      .sort(byScopeThenName);
  }
}

function inOrder(results: readonly RuleResult[]): RuleResult[] {
  const place = ({ ruleRef: { kind, name } }: RuleResult): string =>
    `${kind === 'CheckpointRule' ? 0 : 1} ${name}`;
  return [...results].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function unfit(step: Step): Problem {
  const field = step.type === 'Set' && step.rule.spec.condition ? 'spec.condition' : 'spec.message';
  return {
    field,
    line: 1,
    column: 1,
    code: 'too_complex',
    message: 'takes too much time or memory to compile',
  };
}
