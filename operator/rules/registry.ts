import { isDeepStrictEqual } from 'node:util';
import { CHECKPOINT_COST_LIMIT, Meter, RULE_COST_LIMIT } from '../cel/cost.ts';
import { effectOf } from '../model/effects.ts';
import { type AnyRule, byScopeThenName, refOf } from '../model/references.ts';
import { type Compilation, compileRule } from './compile.ts';
import { type EvaluationInput, evaluationInput, subjectOf } from './input.ts';
import { isFor } from './match.ts';
import { type Evaluated, failedResult, resultOf } from './result.ts';

/** A rule in force. */
interface Held {
  readonly rule: AnyRule;
  readonly compilation: Compilation;
  /** The number of the change that brought it: changes are counted from 1. */
  readonly version: number;
}

/** The rules in force, compiled, and what they say of a checkpoint. */
export class RuleRegistry {
  /** By namespace, empty for cluster rules, and by name. */
  readonly #rules = new Map<string, Map<string, Held>>();
  readonly #onCostLimit: (rule: AnyRule) => void;
  #version = 0;

  /** `onCostLimit` is told of each evaluation of a rule that ended at a limit of cost. */
  constructor(onCostLimit: (rule: AnyRule) => void = () => undefined) {
    this.#onCostLimit = onCostLimit;
  }

  /** How many changes are in force. */
  get version(): number {
    return this.#version;
  }

  /** Puts a rule in force, even if it does not compile. If its spec is as before, nothing changes. */
  set(rule: AnyRule): Compilation {
    const { namespace = '', name } = rule.metadata;
    const rules = this.#rules.get(namespace) ?? new Map<string, Held>();
    const known = rules.get(name);
    if (known && isSame(known.rule, rule)) return known.compilation;
    this.#version += 1;
    const compilation = compileRule(rule.spec);
    rules.set(name, { rule, compilation, version: this.#version });
    this.#rules.set(namespace, rules);
    return compilation;
  }

  remove({ metadata: { namespace = '', name } }: AnyRule): void {
    const rules = this.#rules.get(namespace);
    if (!rules?.delete(name)) return;
    this.#version += 1;
    if (rules.size === 0) this.#rules.delete(namespace);
  }

  /**
   * The rules that match or fail, namespaced before cluster rules, each by name. Never throws.
   * @param since only rules that were changed after that version and could still stop the checkpoint
   */
  evaluate(asked: EvaluationInput, since?: number): Evaluated[] {
    const held = this.#askedAbout(asked, since);
    if (held.length === 0) return [];
    const input = evaluationInput(asked);
    const whole = new Meter('the rules for one checkpoint', CHECKPOINT_COST_LIMIT);
    const results = held.sort(firstToSpend).flatMap(({ rule, compilation }) => {
      if (!input.ok) return failedResult(rule, input.problem);
      const meter = new Meter('one rule', RULE_COST_LIMIT, whole);
      const result = resultOf(rule, compilation, { variables: input.variables, meter });
      if (meter.isExceeded || whole.isExceeded) this.#onCostLimit(rule);
      return result ?? [];
    });
    return results.sort((a, b) => byScopeThenName(a.ruleRef, b.ruleRef));
  }

  #askedAbout(asked: EvaluationInput, since: number | undefined): Held[] {
    const subject = subjectOf(asked);
    const candidates = [...new Set(['', subject.namespace])].flatMap((key) => [
      ...(this.#rules.get(key)?.values() ?? []),
    ]);
    return candidates
      .filter((held) => since === undefined || (held.version > since && canStop(held.rule)))
      .filter(({ rule }) => isFor(rule, subject));
  }
}

/**
 * The order in which rules spend what a checkpoint may cost. Cluster rules come first, so that authors in a namespace
 * cannot starve them; in each scope those come first that stop a checkpoint.
 */
function firstToSpend({ rule: a }: Held, { rule: b }: Held): number {
  const scope = Number(a.metadata.namespace !== undefined) - Number(b.metadata.namespace !== undefined);
  return scope || Number(canStop(b)) - Number(canStop(a)) || byScopeThenName(refOf(a), refOf(b));
}

/** Whether a rule can end a checkpoint that people are already asked about. */
export function canStop({ spec }: AnyRule): boolean {
  return effectOf(spec.decision).stops;
}

/** Compares the spec itself: after a restore from a backup the same generation may belong to another spec. */
function isSame(a: AnyRule, b: AnyRule): boolean {
  const one = a.metadata;
  const other = b.metadata;
  if (one.uid === undefined || one.uid !== other.uid || one.generation !== other.generation) return false;
  return isDeepStrictEqual(a.spec, b.spec);
}
