import { Meter, RULE_COST_LIMIT } from '../../operator/cel/cost.ts';
import type { Result } from '../../operator/cel/errors.ts';
import { isError } from '../../operator/cel/errors.ts';
import { compileExpression } from '../../operator/cel/expression.ts';
import { failureText, problemFrom } from '../../operator/cel/finding.ts';
import { fromJson } from '../../operator/cel/json.ts';
import { parseTimestamp } from '../../operator/cel/standard/timestamp.ts';
import { CelMap, Timestamp, type Value } from '../../operator/cel/values.ts';

const NOW = '2026-11-02T10:00:00Z';

/** What the rules of a checkpoint see. `context` as JSON, because that is how keys such as `__proto__` arrive. */
function variablesFrom(context: string): ReadonlyMap<string, Value> {
  const values = fromJson(JSON.parse(context));
  const keys = values instanceof CelMap ? [...values.entries()] : [];
  return new Map<string, Value>([
    ...keys.map(([key, value]): [string, Value] => [String(key), value]),
    ['action', 'process_refund'],
    ['agent', 'refund-bot'],
    ['context', values],
    [
      'requester',
      fromJson({
        username: 'system:serviceaccount:shop:refund-bot',
        uid: '',
        groups: ['system:serviceaccounts'],
      }),
    ],
    ['namespaceName', 'shop'],
    ['namespaceLabels', fromJson({ env: 'prod', 'kubernetes.io/metadata.name': 'shop' })],
    ['now', parseTimestamp(NOW) ?? new Timestamp(0n)],
  ]);
}

/** Evaluates whatever can be, a constant too. Throws where it is refused. */
export function evaluate(
  source: string,
  context = '{}',
  meter = new Meter('one rule', RULE_COST_LIMIT),
): Result {
  const compiled = compileExpression(source, 'dyn');
  if (!compiled.ok) throw new Error(`refused: ${compiled.findings.map(({ message }) => message).join('; ')}`);
  return compiled.expression.evaluate(variablesFrom(context), meter);
}

/** Why an evaluation fails, as people read it; undefined where it gives something. */
export function failure(source: string, context = '{}'): string | undefined {
  const result = evaluate(source, context);
  return isError(result) ? failureText(result, source) : undefined;
}

/** What an author reads whose condition, or message, is refused; undefined where it is not. */
export function refusal(source: string, wanted: 'bool' | 'string' = 'bool'): string | undefined {
  const compiled = compileExpression(source, wanted);
  const [finding] = compiled.ok ? [] : compiled.findings;
  if (finding === undefined) return undefined;
  const { line, column, message } = problemFrom(finding, 'spec.condition', source);
  return `${line}:${column}: ${message}`;
}
