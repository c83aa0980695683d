import { Meter } from '../../operator/cel/cost.ts';
import { isError } from '../../operator/cel/errors.ts';
import { compileExpression } from '../../operator/cel/expression.ts';
import { fromJson } from '../../operator/cel/json.ts';
import { parseTimestamp } from '../../operator/cel/standard/timestamp.ts';
import type { Value } from '../../operator/cel/values.ts';

/** What a rule looks at. A key of the context is a variable of its own, as for rules. */
export interface Facts {
  readonly action?: string;
  readonly agent?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly requester?: Readonly<Record<string, unknown>>;
  readonly namespaceName?: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly now?: string;
}

/** Units that no test comes near, unless it means to. */
const LIMIT = 1_000_000;

/** What a condition gives: true, false, or the message of what is wrong with it or goes wrong in it. */
export function conditionGives(condition: string, facts: Facts = {}, limit = LIMIT): boolean | string {
  const compiled = compileExpression(condition, 'dyn');
  if (!compiled.ok) return compiled.findings[0]?.message ?? 'refused';
  const result = compiled.expression.evaluate(variablesOf(facts), new Meter('one rule', limit));
  if (isError(result)) return result.message;
  return typeof result === 'boolean' ? result : `no boolean: ${String(result)}`;
}

/** What a test does not say. */
export const DEFAULT_FACTS = {
  action: 'test',
  agent: 'agent',
  context: {},
  requester: {},
  namespaceName: 'shop',
  namespaceLabels: {},
  now: '2026-11-02T10:00:00Z',
} satisfies Facts;

function variablesOf(facts: Facts): Map<string, Value> {
  const { now, context, ...others } = { ...DEFAULT_FACTS, ...facts };
  const variables = Object.entries({ ...context, ...others, context });
  return new Map<string, Value>([
    ...variables.map(([name, value]) => [name, fromJson(value)] as const),
    ['now', parseTimestamp(now) ?? null],
  ]);
}
