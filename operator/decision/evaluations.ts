import { SCHEMA } from '../../crds/limits.ts';
import type { Evaluation } from '../../crds/types.ts';
import { bounded } from '../model/text.ts';
import type { RuleResult } from './facts.ts';

const { maxItems: EVALUATIONS, items: EVALUATION } = SCHEMA.Checkpoint.status.evaluations;

/** Which results must not be missing where the list cannot hold all: what stops, then what asks, then the rest. */
const WEIGHT: Record<Evaluation['decision'], number> = {
  AutoDeny: 0,
  Suggest: 1,
  RequireApproval: 2,
  AutoApprove: 3,
  Inform: 4,
};

/** The results as `status.evaluations` holds them. */
export function recordedEvaluations(results: readonly RuleResult[]): Evaluation[] {
  return [...results].sort(byWeight).slice(0, EVALUATIONS).map(toEvaluation);
}

/** The first evaluation stays recorded; the rule that stopped the checkpoint later takes its place in it. */
export function withStoppingRule(recorded: readonly Evaluation[], rule: RuleResult): Evaluation[] {
  const others = recorded.filter(
    ({ ruleRef }) => ruleRef.kind !== rule.ruleRef.kind || ruleRef.name !== rule.ruleRef.name,
  );
  return [toEvaluation(rule), ...others].slice(0, EVALUATIONS);
}

function byWeight(a: RuleResult, b: RuleResult): number {
  return Number(a.mode === 'Shadow') - Number(b.mode === 'Shadow') || weightOf(a) - weightOf(b);
}

/** A rule that failed asks, whatever it would have decided. */
function weightOf({ decision, result }: RuleResult): number {
  return result === 'Error' ? Math.min(WEIGHT[decision], WEIGHT.RequireApproval) : WEIGHT[decision];
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
    ruleRef: { kind: ruleRef.kind, name: ruleRef.name },
    generation,
    result,
    decision,
    mode,
    ...(condition ? { condition } : {}),
    ...(message ? { message: bounded(message, EVALUATION.message.maxLength) } : {}),
    ...(messageError ? { messageError: bounded(messageError, EVALUATION.messageError.maxLength) } : {}),
  };
}
