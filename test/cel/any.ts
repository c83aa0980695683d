import { Meter } from '../../operator/cel/cost.ts';
import { isError } from '../../operator/cel/errors.ts';
import { compileExpression } from '../../operator/cel/expression.ts';
import type { Value } from '../../operator/cel/values.ts';
import type { Given } from './differential.ts';
import { viewOf } from './view.ts';

/** What an expression of any type gives: compiled and evaluated as a rule's is, but that it may be constant. */
export function evaluateAny(source: string, variables: ReadonlyMap<string, Value>): Given {
  const compiled = compileExpression(source, 'dyn');
  if (!compiled.ok) return { error: compiled.findings[0]?.message ?? 'refused' };
  const result = compiled.expression.evaluate(variables, new Meter('a test', 1e6));
  return isError(result) ? { error: result.message } : { value: viewOf(result) };
}
