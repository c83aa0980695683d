import { SCHEMA } from '../../crds/limits.ts';
import type { RuleSpec } from '../../crds/types.ts';
import type { Meter } from '../cel/cost.ts';
import { isError } from '../cel/errors.ts';
import type { Expression } from '../cel/expression.ts';
import { failureText } from '../cel/finding.ts';
import type { Value } from '../cel/values.ts';
import type { RuleResult } from '../decision/facts.ts';
import { type AnyRule, refOf } from '../model/references.ts';
import { bounded } from '../model/text.ts';
import type { Compilation, CompiledRule } from './compile.ts';

const { message: SENTENCE, messageError: SENTENCE_ERROR } = SCHEMA.Checkpoint.status.evaluations.items;
const { mode: MODE, onError: ON_ERROR } = SCHEMA.CheckpointRule.spec;

type Outcome<T> = { readonly value: T } | { readonly error: string };

/** What a rule says of a checkpoint, with its channels as the rule names them. */
export interface Evaluated extends Omit<RuleResult, 'channels'> {
  readonly notify?: RuleSpec['notify'];
}

/** What a rule is evaluated with: the checkpoint's facts, and what is left to spend. */
interface Surroundings {
  readonly variables: ReadonlyMap<string, Value>;
  readonly meter: Meter;
}

/** What a rule says of a checkpoint: undefined where its condition does not hold. Never throws. */
export function resultOf(
  rule: AnyRule,
  compilation: Compilation,
  surroundings: Surroundings,
): Evaluated | undefined {
  if (!compilation.ok) {
    const text = compilation.problems.map(({ field, message }) => `${field}: ${message}`).join('\n');
    return failedResult(rule, `it is not in force: ${text}`);
  }
  const holds = conditionHolds(compilation, surroundings);
  if ('error' in holds) return failedResult(rule, holds.error);
  if (!holds.value) return undefined;
  return { ...baseResult(rule), result: 'Matched', ...sentenceOf(compilation, surroundings) };
}

function conditionHolds({ condition }: CompiledRule, surroundings: Surroundings): Outcome<boolean> {
  if (condition === undefined) return { value: true };
  const outcome = evaluated(condition, surroundings);
  if ('error' in outcome) return { error: `spec.condition: ${outcome.error}` };
  if (typeof outcome.value === 'boolean') return { value: outcome.value };
  return { error: 'spec.condition: gave something other than true or false' };
}

/** The sentence is only words. If it cannot be made, that is noted, and the decision stays the same. */
function sentenceOf(
  { message }: CompiledRule,
  surroundings: Surroundings,
): Pick<RuleResult, 'message' | 'messageError'> {
  if (message === undefined) return {};
  const outcome = evaluated(message, surroundings);
  if ('error' in outcome) {
    const text = `spec.message: ${outcome.error}`.toWellFormed();
    return { messageError: bounded(text, SENTENCE_ERROR.maxLength) };
  }
  if (typeof outcome.value === 'string') {
    return { message: bounded(outcome.value.toWellFormed(), SENTENCE.maxLength) };
  }
  return { messageError: 'spec.message: gave something other than a string' };
}

function evaluated(expression: Expression, { variables, meter }: Surroundings): Outcome<Value> {
  const result = expression.evaluate(variables, meter);
  return isError(result) ? { error: failureText(result, expression.source) } : { value: result };
}

/** The Error result of a rule that could not be evaluated. */
export function failedResult(rule: AnyRule, message: string): Evaluated {
  return {
    ...baseResult(rule),
    result: 'Error',
    message: bounded(message.toWellFormed(), SENTENCE.maxLength),
  };
}

function baseResult(rule: AnyRule) {
  const {
    decision,
    mode = MODE.default,
    onError = ON_ERROR.default,
    condition,
    approval,
    notify,
  } = rule.spec;
  return {
    ruleRef: refOf(rule),
    generation: rule.metadata.generation ?? 1,
    decision,
    mode,
    onError,
    ...(condition ? { condition } : {}),
    ...(approval ? { approval } : {}),
    ...(notify ? { notify } : {}),
  };
}
