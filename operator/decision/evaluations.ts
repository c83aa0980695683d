import { SCHEMA } from '../../crds/limits.ts';
import type { Evaluation } from '../../crds/types.ts';
import { effectOf, rankOf } from '../model/effects.ts';
import { isSameRule } from '../model/references.ts';
import { bounded } from '../model/text.ts';
import type { RuleResult } from './facts.ts';

const { maxItems: EVALUATIONS, items: EVALUATION } = SCHEMA.Checkpoint.status.evaluations;

/** The results as `status.evaluations` holds them: where it cannot hold all, those that take precedence must be in it. */
export function recordedEvaluations(results: readonly RuleResult[]): Evaluation[] {
  return [...results].sort(byPrecedence).slice(0, EVALUATIONS).map(toEvaluation);
}

/** The first evaluation stays recorded; the rule that stopped the checkpoint later takes its place in it. */
export function withStoppingRule(recorded: readonly Evaluation[], rule: RuleResult): Evaluation[] {
  const others = recorded.filter(({ ruleRef }) => !isSameRule(ruleRef, rule.ruleRef));
  return [toEvaluation(rule), ...others].slice(0, EVALUATIONS);
}

function byPrecedence(a: RuleResult, b: RuleResult): number {
  return Number(a.mode === 'Shadow') - Number(b.mode === 'Shadow') || rankOfResult(a) - rankOfResult(b);
}

/** A rule that failed asks, whatever it would have decided. */
function rankOfResult({ decision, result }: RuleResult): number {
  const rank = rankOf(effectOf(decision).ruling);
  return result === 'Error' ? Math.min(rank, rankOf('Ask')) : rank;
}

function toEvaluation({
  ruleRef,
  generation,
  result,
  decision,
  mode,
  condition,
  message,
  messageError,
}: RuleResult): Evaluation {
  return {
    ruleRef,
    generation,
    result,
    decision,
    mode,
    ...(condition ? { condition } : {}),
    ...(message ? { message: bounded(message, EVALUATION.message.maxLength) } : {}),
    ...(messageError ? { messageError: bounded(messageError, EVALUATION.messageError.maxLength) } : {}),
  };
}
