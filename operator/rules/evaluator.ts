import type { RuleResult } from '../decision/facts.ts';
import type { Problem } from './compile.ts';
import { type BoundedInput, boundedInput, type EvaluationInput, subjectOf } from './input.ts';
import { isFor } from './match.ts';
import type { Reply, Step } from './protocol.ts';
import { type AnyRule, byScopeThenName, ruleKey } from './rule.ts';
import { failedResult } from './rule-book.ts';
import { Sandbox } from './sandbox.ts';

/** Steps that go to the worker in one message. */
const BATCH = 32;

const TOO_COMPLEX = 'takes too much time or memory to compile';

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
  /** Rules that ended a worker when they were evaluated. */
  readonly #suspects = new Set<string>();
  /** Rules that ended a worker when they were compiled: no worker ever gets them again. */
  readonly #unfit = new Set<string>();
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
    const reply = await this.#enqueue({ type: 'Evaluate', input: boundedInput(input), except: [] });
    return reply.type === 'Evaluated' ? reply.results : [];
  }

  /** What is still waiting gets no answer: that a worker was stopped must not count as a rule's failure. */
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
    while (this.#queue.length > 0 && !this.#stopped) await this.#runBatch(this.#nextBatch());
    this.#busy = false;
  }

  /** Where rules are tried apart, an evaluation ends its batch: the worker must not be ahead of it in its rules. */
  #nextBatch(): Job[] {
    const ends =
      this.#apart().length > 0 ? this.#queue.findIndex(({ step }) => step.type === 'Evaluate') : -1;
    return this.#queue.splice(0, ends < 0 ? BATCH : Math.min(BATCH, ends + 1));
  }

  async #runBatch(jobs: readonly Job[]): Promise<void> {
    const except = this.#apart();
    const replies = await this.#try(jobs.map(({ step }) => leavingOut(except, step)));
    for (const [index, { step, settle }] of jobs.entries()) {
      const first = replies?.[index];
      const reply = first ? await this.#complete(step, except, first) : await this.#runAlone(step);
      if (this.#stopped) return;
      settle(reply);
    }
  }

  async #runAlone(step: Step): Promise<Reply> {
    const except = this.#apart();
    const [reply] = (await this.#try([leavingOut(except, step)])) ?? [];
    return this.#complete(step, except, reply);
  }

  #apart(): string[] {
    return [...this.#suspects, ...this.#unfit];
  }

  /** Undefined when the worker failed on one of the steps, nobody knows which. */
  async #try(steps: readonly Step[]): Promise<readonly Reply[] | undefined> {
    try {
      const sandbox = this.#sandbox ?? (await this.#newSandbox());
      return await sandbox.run(steps);
    } catch {
      this.#sandbox = undefined;
      return undefined;
    }
  }

  /** With all rules; one that was fit before and now ends the new worker is left out of the next. */
  async #newSandbox(): Promise<Sandbox> {
    if (this.#stopped) throw new Error('the evaluator has stopped');
    const sandbox = new Sandbox();
    this.#sandbox = sandbox;
    await sandbox.start();
    for (const [key, rule] of this.#rules) {
      if (this.#unfit.has(key)) continue;
      const replies = await sandbox.run([{ type: 'Set', rule }]).catch(() => undefined);
      if (replies !== undefined) continue;
      if (!this.#stopped) this.#unfit.add(key);
      return this.#newSandbox();
    }
    return sandbox;
  }

  /** Remembers what the worker holds, for the next one, and adds what it could not answer. */
  async #complete(step: Step, except: readonly string[], reply: Reply | undefined): Promise<Reply> {
    if (step.type === 'Evaluate') return this.#completeEvaluation(step.input, except, reply);
    const key = step.type === 'Set' ? ruleKey(step.rule) : step.key;
    this.#suspects.delete(key);
    this.#unfit.delete(key);
    if (step.type === 'Set') this.#rules.set(key, step.rule);
    else this.#rules.delete(key);
    if (reply !== undefined) return reply;
    if (step.type === 'Remove') return { type: 'Removed' };
    this.#unfit.add(key);
    return { type: 'Set', problems: [unfit(step.rule)] };
  }

  /** All rules one by one where the worker failed, else those that were left out. */
  async #completeEvaluation(
    input: BoundedInput,
    except: readonly string[],
    reply: Reply | undefined,
  ): Promise<Reply> {
    const known = reply?.type === 'Evaluated' ? reply.results : undefined;
    if (known && except.length === 0) return { type: 'Evaluated', results: known };
    const rules = this.#rulesFor(input).filter((rule) => !known || except.includes(ruleKey(rule)));
    const results = [...(known ?? []), ...(await this.#oneByOne(input, rules))];
    return { type: 'Evaluated', results: inOrder(results) };
  }

  /** The guilty rules of an evaluation become errors, and suspects from then on; the others keep their answers. */
  async #oneByOne(input: BoundedInput, rules: readonly AnyRule[]): Promise<RuleResult[]> {
    const results: RuleResult[] = [];
    for (const rule of rules) results.push(...(await this.#evaluateOne(input, rule)));
    return results;
  }

  async #evaluateOne(input: BoundedInput, rule: AnyRule): Promise<readonly RuleResult[]> {
    const only = ruleKey(rule);
    if (this.#unfit.has(only)) return [failedResult(rule, `it does not compile: it ${TOO_COMPLEX}`)];
    const [reply] = (await this.#try([{ type: 'Evaluate', input, except: [], only }])) ?? [];
    if (reply?.type === 'Evaluated') return reply.results;
    this.#suspects.add(only);
    return [failedResult(rule, 'it was stopped: it used too much time or memory')];
  }

  #rulesFor(input: BoundedInput): AnyRule[] {
    const subject = subjectOf(input);
    return [...this.#rules.values()]
      .filter(({ metadata: { namespace }, spec }) =>
        isFor({ spec, ...(namespace === undefined ? {} : { namespace }) }, subject),
      )
      .sort(byScopeThenName);
  }
}

function leavingOut(except: readonly string[], step: Step): Step {
  return step.type === 'Evaluate' ? { ...step, except } : step;
}

function inOrder(results: readonly RuleResult[]): RuleResult[] {
  const place = ({ ruleRef: { kind, name } }: RuleResult): string =>
    `${kind === 'CheckpointRule' ? 0 : 1} ${name}`;
  return [...results].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function unfit({ spec }: AnyRule): Problem {
  const field = spec.condition ? 'spec.condition' : 'spec.message';
  return { field, line: 1, column: 1, code: 'too_complex', message: TOO_COMPLEX };
}
