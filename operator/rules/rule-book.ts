import { CHECKPOINT_COST_LIMIT, Meter, RULE_COST_LIMIT } from '../cel/cost.ts';
import { isError } from '../cel/errors.ts';
import type { Expression } from '../cel/expression.ts';
import { failureText } from '../cel/finding.ts';
import type { Value } from '../cel/values.ts';
import type { RuleResult } from '../decision/facts.ts';
import { type Compilation, type CompiledRule, compileRule } from './compile.ts';
import { type BoundedInput, subjectOf, variablesOf } from './input.ts';
import { isFor } from './match.ts';
import { type AnyRule, byScopeThenName, type HeldRule, refOf, ruleKey } from './rule.ts';

/** The CRD's bound on an evaluation's message. */
const MESSAGE_LIMIT = 1024;

/** What still applies to a checkpoint after its first evaluation. */
const STOPPING: ReadonlySet<RuleResult['decision']> = new Set(['AutoDeny', 'Suggest'] as const);

interface CompiledHeldRule extends HeldRule {
  readonly compilation: Compilation;
}

/** The rules in force and what they say of a checkpoint. Runs inside the worker; knows nothing of it. */
export class RuleBook {
  readonly #rules = new Map<string, CompiledHeldRule>();

  set(held: HeldRule): Compilation {
    const compilation = compileRule(held.rule.spec);
    this.#rules.set(ruleKey(held.rule), { ...held, compilation });
    return compilation;
  }

  remove(key: string): void {
    this.#rules.delete(key);
  }

  /** The rules that match or fail, namespaced before cluster rules, each by name. `only`: one rule by its key. */
  evaluate(input: BoundedInput, filter: (key: string) => boolean): RuleResult[] {
    const held = [...this.#rules.entries()]
      .filter(([key, each]) => filter(key) && isAskedAbout(each, input))
      .map(([, each]) => each)
      .sort((a, b) => byScopeThenName(a.rule, b.rule));
    if (held.length === 0) return [];
    const { problem } = input;
    if (problem !== undefined) return held.map(({ rule }) => failedResult(rule, problem));
    const variables = variablesOf(input);
    const whole = new Meter('the rules for one checkpoint', CHECKPOINT_COST_LIMIT);
    return held
      .map(({ rule, compilation }) => {
        const meter = new Meter('one rule', RULE_COST_LIMIT, whole);
        return resultOf(rule, compilation, { variables, meter });
      })
      .filter((result) => result !== undefined);
  }
}

/** Whether an evaluation is about this rule: whether it is for the checkpoint, and new enough. */
export function isAskedAbout({ rule, version }: HeldRule, input: BoundedInput): boolean {
  const { spec, metadata } = rule;
  const { namespace } = metadata;
  const { since } = input;
  if (since !== undefined && (version <= since || !STOPPING.has(spec.decision))) return false;
  return isFor({ spec, ...(namespace === undefined ? {} : { namespace }) }, subjectOf(input));
}

type Outcome<T> = { readonly value: T } | { readonly error: string };

/** What a rule is evaluated with. */
interface Surroundings {
  readonly variables: ReadonlyMap<string, Value>;
  readonly meter: Meter;
}

function resultOf(
  rule: AnyRule,
  compilation: Compilation,
  surroundings: Surroundings,
): RuleResult | undefined {
  if (!compilation.ok) {
    const text = compilation.problems.map(({ field, message }) => `${field}: ${message}`).join('\n');
    return failedResult(rule, `it is not in force: ${text}`);
  }
  const holds = conditionHolds(compilation, surroundings);
  if ('error' in holds) return failedResult(rule, holds.error);
  if (!holds.value) return undefined;
  const message = messageOf(compilation, surroundings);
  return { ...baseResult(rule), result: 'Matched', ...(message ? { message } : {}) };
}

function conditionHolds({ condition }: CompiledRule, surroundings: Surroundings): Outcome<boolean> {
  if (condition === undefined) return { value: true };
  const outcome = evaluated(condition, surroundings);
  if ('error' in outcome) return { error: `spec.condition: ${outcome.error}` };
  if (typeof outcome.value === 'boolean') return { value: outcome.value };
  return { error: 'spec.condition: gave something other than true or false' };
}

/** Words only: a message that fails is left out and never changes what is decided. */
function messageOf({ message }: CompiledRule, surroundings: Surroundings): string | undefined {
  if (message === undefined) return undefined;
  const outcome = evaluated(message, surroundings);
  return 'value' in outcome && typeof outcome.value === 'string' ? bounded(outcome.value) : undefined;
}

function evaluated(expression: Expression, { variables, meter }: Surroundings): Outcome<Value> {
  const result = expression.evaluate(variables, meter);
  return isError(result) ? { error: failureText(result, expression.source) } : { value: result };
}

/** Results of several evaluations, as one would have given them. */
export function inOrder(results: readonly RuleResult[]): RuleResult[] {
  const place = ({ ruleRef: { kind, name } }: RuleResult): string =>
    `${kind === 'CheckpointRule' ? 0 : 1} ${name}`;
  return [...results].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** The Error result of a rule that could not be evaluated. */
export function failedResult(rule: AnyRule, message: string): RuleResult {
  return { ...baseResult(rule), result: 'Error', message: bounded(message) };
}

function baseResult(rule: AnyRule) {
  const { decision, mode = 'Enforce', onError = 'Ask', condition, approval, notify } = rule.spec;
  return {
    ruleRef: refOf(rule),
    generation: rule.metadata.generation ?? 1,
    decision,
    mode,
    onError,
    ...(condition ? { condition } : {}),
    ...(approval ? { approval } : {}),
    ...(notify?.slack ? { channel: notify.slack.channel } : {}),
  };
}

function bounded(text: string): string {
  const cut = text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT - 1)}…` : text;
  return cut.toWellFormed();
}
