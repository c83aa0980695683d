import type { RuleResult } from '../decision/facts.ts';
import type { Problem } from './compile.ts';
import { type Answer, BATCH, type Evaluation, namespaceOf, settled, together } from './evaluation.ts';
import { type BoundedInput, boundedInput, type EvaluationInput } from './input.ts';
import type { Reply, Step } from './protocol.ts';
import { type AnyRule, ruleKey } from './rule.ts';
import { failedResult, inOrder } from './rule-book.ts';
import { RuleWorker } from './rule-worker.ts';
import { Turns } from './turns.ts';

const TOO_COMPLEX = 'takes too much time or memory to compile';

export interface Readiness {
  readonly problems: readonly Problem[];
}

interface Change {
  readonly step: Exclude<Step, { type: 'Evaluate' }>;
  readonly settle: (readiness: Readiness) => void;
}

/**
 * Owner of the worker that compiles and evaluates rules. Changes go before evaluations, so an evaluation sees every
 * rule that was set before it was asked for; namespaces take turns by the time that they use.
 *
 * A rule that hangs or exhausts the worker ends it; a new one gets all rules again, and the rules of the evaluation are
 * then tried one by one, a turn each, so that only the guilty one becomes an error. From then on that rule is always
 * tried so.
 */
export class RuleEvaluator {
  readonly #worker: RuleWorker;
  /** Rules that ended a worker when they were evaluated. */
  readonly #suspects = new Set<string>();
  readonly #turns = new Turns<Change, Evaluation>();
  /** What was said of each rule that was set last; it holds for as long as the rule is the same. */
  readonly #set = new Map<string, { readonly rule: AnyRule; readonly readiness: Promise<Readiness> }>();
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

  /** Resolves once the worker holds the rule: from then on it is in force. A rule that is touched, and not changed, is no change. */
  setRule(rule: AnyRule): Promise<Readiness> {
    const key = ruleKey(rule);
    const known = this.#set.get(key);
    if (known && isSame(known.rule, rule)) return known.readiness;
    this.#changes += 1;
    const readiness = this.#change({ type: 'Set', held: { rule, version: this.#changes } });
    this.#set.set(key, { rule, readiness });
    return readiness;
  }

  async removeRule(rule: AnyRule): Promise<void> {
    const key = ruleKey(rule);
    this.#set.delete(key);
    this.#changes += 1;
    await this.#change({ type: 'Remove', key });
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
    const next = this.#turns.takeEvaluations(together);
    return next && this.#takeTurn(next.namespace, next.taken);
  }

  async #takeTurn(namespace: string, taken: readonly Evaluation[]): Promise<void> {
    const startedAt = performance.now();
    const [first] = taken;
    const goOn = first?.rest ? await this.#tryOne(first, first.rest) : await this.#tryAll(taken);
    if (this.#worker.stopped) return;
    this.#turns.putBack(namespace, goOn);
    this.#turns.used(namespace, performance.now() - startedAt);
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

  /** Gives what has to go on: where the worker failed each of them alone, and one that was alone rule by rule. */
  async #tryAll(taken: readonly Evaluation[]): Promise<Evaluation[]> {
    const [version, apart] = [this.#version, new Set([...this.#suspects, ...this.#worker.unfit])];
    const steps = taken.map(({ input }) => ({ type: 'Evaluate', input, except: [...apart] }) as const);
    const replies = await this.#worker.run(steps);
    if (replies === undefined && taken.length > 1)
      return taken.map((evaluation) => ({ ...evaluation, alone: true }));
    return taken.flatMap((evaluation, index) => {
      const reply = replies?.[index];
      const results = reply?.type === 'Evaluated' ? reply.results : undefined;
      const left = this.#leftFor(evaluation.input, results && apart);
      return settled(evaluation, left, { results: results ?? [], version });
    });
  }

  /** The rules that were not tried: all, or those that are kept apart. */
  #leftFor(input: BoundedInput, apart: ReadonlySet<string> | undefined): AnyRule[] {
    if (apart?.size === 0) return [];
    return this.#worker.rulesFor(input).filter((rule) => apart?.has(ruleKey(rule)) ?? true);
  }

  async #tryOne(evaluation: Evaluation, rest: NonNullable<Evaluation['rest']>): Promise<Evaluation[]> {
    const [rule, ...left] = rest.rules;
    const results = rule ? await this.#resultsOf(evaluation.input, rule) : [];
    const { answer } = rest;
    return settled(evaluation, left, { ...answer, results: inOrder([...answer.results, ...results]) });
  }

  /** A guilty rule becomes an error, and a suspect from then on. */
  async #resultsOf(input: BoundedInput, rule: AnyRule): Promise<readonly RuleResult[]> {
    const only = ruleKey(rule);
    if (this.#worker.unfit.has(only)) return [failedResult(rule, `it does not compile: it ${TOO_COMPLEX}`)];
    const [reply] = (await this.#worker.run([{ type: 'Evaluate', input, except: [], only }])) ?? [];
    if (reply?.type === 'Evaluated') return reply.results;
    this.#suspects.add(only);
    return [failedResult(rule, 'it was stopped: it used too much time or memory')];
  }
}

/** What an evaluation depends on: a rule's generation changes with its spec. */
function isSame({ metadata: a }: AnyRule, { metadata: b }: AnyRule): boolean {
  return a.uid !== undefined && a.uid === b.uid && a.generation === b.generation;
}

function unfit({ spec }: AnyRule): Problem {
  const field = spec.condition ? 'spec.condition' : 'spec.message';
  return { field, line: 1, column: 1, code: 'too_complex', message: TOO_COMPLEX };
}
