import type { RuleResult } from '../decision/facts.ts';
import { type Compilation, type CompiledRule, compileRule } from './compile.ts';
import type { Expression } from './expression.ts';
import { failureText } from './failure.ts';
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
    return held
      .map(({ rule, compilation }) => resultOf(rule, compilation, variables))
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

function resultOf(
  rule: AnyRule,
  compilation: Compilation,
  variables: ReadonlyMap<string, unknown>,
): RuleResult | undefined {
  if (!compilation.ok) {
    const text = compilation.problems.map(({ field, message }) => `${field}: ${message}`).join('\n');
    return failedResult(rule, `it is not in force: ${text}`);
  }
  const holds = conditionHolds(compilation, variables);
  if ('error' in holds) return failedResult(rule, holds.error);
  if (!holds.value) return undefined;
  const message = messageOf(compilation, variables);
  return { ...baseResult(rule), result: 'Matched', ...(message ? { message } : {}) };
}

function conditionHolds(
  { condition }: CompiledRule,
  variables: ReadonlyMap<string, unknown>,
): Outcome<boolean> {
  if (condition === undefined) return { value: true };
  const outcome = evaluated(condition, variables);
  if ('error' in outcome) return { error: `spec.condition: ${outcome.error}` };
  if (typeof outcome.value === 'boolean') return { value: outcome.value };
  return { error: 'spec.condition: gave something other than true or false' };
}

/** Words only: a message that fails is left out and never changes what is decided. */
function messageOf({ message }: CompiledRule, variables: ReadonlyMap<string, unknown>): string | undefined {
  if (message === undefined) return undefined;
  const outcome = evaluated(message, variables);
  return 'value' in outcome && typeof outcome.value === 'string' ? bounded(outcome.value) : undefined;
}

function evaluated(expression: Expression, variables: ReadonlyMap<string, unknown>): Outcome<unknown> {
  try {
    return { value: expression.evaluate(variables) };
  } catch (error) {
    return { error: failureText(error, expression.source) };
  }
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
