import type { RuleResult } from '../decision/facts.ts';
import type { Problem } from './compile.ts';
import { type BoundedInput, boundedInput, type EvaluationInput } from './input.ts';
import type { Reply, Step } from './protocol.ts';
import { type AnyRule, ruleKey } from './rule.ts';
import { failedResult, inOrder } from './rule-book.ts';
import { RuleWorker } from './rule-worker.ts';
import { Turns } from './turns.ts';

/** Steps that go to the worker in one message. */
const BATCH = 32;

const TOO_COMPLEX = 'takes too much time or memory to compile';

export interface Readiness {
  readonly problems: readonly Problem[];
}

/** What the rules say, and which rules: those of all changes up to `version`. */
export interface Answer {
  readonly results: readonly RuleResult[];
  readonly version: number;
}

interface Change {
  readonly step: Exclude<Step, { type: 'Evaluate' }>;
  readonly settle: (readiness: Readiness) => void;
}

interface Evaluation {
  readonly input: BoundedInput;
  /** It was with others when the worker failed. */
  readonly alone: boolean;
  readonly settle: (answer: Answer) => void;
}

/**
 * Owner of the worker that compiles and evaluates rules. Changes go before evaluations, so an evaluation sees every
 * rule that was set before it was asked for; evaluations go a namespace after the other.
 *
 * A rule that hangs or exhausts the worker ends it; a new one gets all rules again, and the rules of the evaluation are
 * then tried one by one, so that only the guilty one becomes an error. From then on that rule is always tried apart.
 */
export class RuleEvaluator {
  readonly #worker: RuleWorker;
  /** Rules that ended a worker when they were evaluated. */
  readonly #suspects = new Set<string>();
  readonly #turns = new Turns<Change, Evaluation>();
  #version = 0;
  #changes = 0;
  #busy = false;

  /** `report` is told what keeps the worker from starting. */
  constructor(report: (trouble: string) => void = () => undefined) {
    this.#worker = new RuleWorker(report);
  }

  /** How many changes are in force. */
  get version(): number {
    return this.#version;
  }

  /** Resolves once the worker holds the rule: from then on it is in force. */
  setRule(rule: AnyRule): Promise<Readiness> {
    this.#changes += 1;
    return this.#change({ type: 'Set', held: { rule, version: this.#changes } });
  }

  async removeRule(rule: AnyRule): Promise<void> {
    this.#changes += 1;
    await this.#change({ type: 'Remove', key: ruleKey(rule) });
  }

  /**
   * What the rules say of a checkpoint: those that match or fail. With `since`, only rules changed after that version
   * that could still stop it. Never rejects, and never resolves once the evaluator is stopped.
   */
  evaluate(asked: EvaluationInput, since?: number): Promise<Answer> {
    const input = boundedInput(asked, since);
    if (since !== undefined && this.#worker.rulesFor(input).length === 0) {
      return Promise.resolve({ results: [], version: this.#version });
    }
    return new Promise((settle) => {
      this.#turns.addEvaluation(namespaceOf(input), { input, alone: false, settle });
      void this.#work();
    });
  }

  /** What is still waiting gets no answer: that a worker was stopped must not count as a rule's failure. */
  async stop(): Promise<void> {
    await this.#worker.stop();
  }

  #change(step: Change['step']): Promise<Readiness> {
    return new Promise((settle) => {
      this.#turns.addChange({ step, settle });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let turn = this.#nextTurn(); turn !== undefined; turn = this.#nextTurn()) await turn;
    this.#busy = false;
  }

  /** Undefined when there is nothing to do. Looks at once: what is added later calls `#work` itself. */
  #nextTurn(): Promise<void> | undefined {
    if (this.#worker.stopped) return undefined;
    const changes = this.#turns.takeChanges(BATCH);
    if (changes.length > 0) return this.#makeChanges(changes);
    const evaluations = this.#turns.takeEvaluations((all) => this.#together(all));
    return evaluations.length > 0 ? this.#evaluateAll(evaluations) : undefined;
  }

  /** What may end the worker goes alone, so that the next namespace's turn comes soon. */
  #together(waiting: readonly Evaluation[]): number {
    const apart = waiting.findIndex(({ input, alone }) => alone || this.#apartFor(input).length > 0);
    return Math.min(BATCH, apart < 0 ? waiting.length : apart);
  }

  async #makeChanges(changes: readonly Change[]): Promise<void> {
    const replies = await this.#worker.run(changes.map(({ step }) => step));
    for (const [index, { step, settle }] of changes.entries()) {
      const reply = replies ? replies[index] : (await this.#worker.run([step]))?.[0];
      if (this.#worker.stopped) return;
      settle(this.#remember(step, reply));
    }
  }

  /** What the worker holds, for the next one. Without a reply the change ended the worker. */
  #remember(step: Change['step'], reply: Reply | undefined): Readiness {
    const key = step.type === 'Set' ? ruleKey(step.held.rule) : step.key;
    this.#version += 1;
    this.#suspects.delete(key);
    this.#worker.forget(key);
    if (step.type === 'Remove') return { problems: [] };
    this.#worker.remember(step.held, reply !== undefined);
    return { problems: reply?.type === 'Set' ? reply.problems : [unfit(step.held.rule)] };
  }

  async #evaluateAll(evaluations: readonly Evaluation[]): Promise<void> {
    const [version, except] = [this.#version, [...this.#suspects, ...this.#worker.unfit]];
    const steps = evaluations.map(({ input }) => ({ type: 'Evaluate', input, except }) as const);
    const replies = await this.#worker.run(steps);
    const [first, ...others] = evaluations;
    if (replies === undefined && first && others.length > 0) {
      const alone = evaluations.map((evaluation) => ({ ...evaluation, alone: true }));
      this.#turns.putBack(namespaceOf(first.input), alone);
      return;
    }
    for (const [index, { input, settle }] of evaluations.entries()) {
      const results = await this.#complete(input, replies?.[index]);
      if (this.#worker.stopped) return;
      settle({ results, version });
    }
  }

  /** Adds the rules that were left out; all of them, one by one, where the worker failed. */
  async #complete(input: BoundedInput, reply: Reply | undefined): Promise<RuleResult[]> {
    const known = reply?.type === 'Evaluated' ? reply.results : undefined;
    const results = [...(known ?? [])];
    for (const rule of known ? this.#apartFor(input) : this.#worker.rulesFor(input))
      results.push(...(await this.#evaluateOne(input, rule)));
    return inOrder(results);
  }

  /** A guilty rule becomes an error, and a suspect from then on. */
  async #evaluateOne(input: BoundedInput, rule: AnyRule): Promise<readonly RuleResult[]> {
    const only = ruleKey(rule);
    if (this.#worker.unfit.has(only)) return [failedResult(rule, `it does not compile: it ${TOO_COMPLEX}`)];
    const [reply] = (await this.#worker.run([{ type: 'Evaluate', input, except: [], only }])) ?? [];
    if (reply?.type === 'Evaluated') return reply.results;
    this.#suspects.add(only);
    return [failedResult(rule, 'it was stopped: it used too much time or memory')];
  }

  #apartFor(input: BoundedInput): AnyRule[] {
    if (this.#suspects.size + this.#worker.unfit.size === 0) return [];
    return this.#worker.rulesFor(input).filter((rule) => {
      const key = ruleKey(rule);
      return this.#suspects.has(key) || this.#worker.unfit.has(key);
    });
  }
}

function namespaceOf({ checkpoint }: BoundedInput): string {
  return checkpoint.metadata.namespace ?? '';
}

function unfit({ spec }: AnyRule): Problem {
  const field = spec.condition ? 'spec.condition' : 'spec.message';
  return { field, line: 1, column: 1, code: 'too_complex', message: TOO_COMPLEX };
}
