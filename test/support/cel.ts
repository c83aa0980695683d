import { Meter } from '../../operator/cel/cost.ts';
import { isError } from '../../operator/cel/errors.ts';
import { compileExpression, VARIABLES } from '../../operator/cel/expression.ts';
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

function variablesOf({ now = '2026-11-02T10:00:00Z', context = {}, ...facts }: Facts): Map<string, Value> {
  const variables = new Map<string, Value>(
    Object.entries(context).map(([key, value]) => [key, fromJson(value)]),
  );
  const given = {
    action: 'test',
    agent: 'agent',
    requester: {},
    namespaceName: 'shop',
    namespaceLabels: {},
    ...facts,
  };
  for (const name of Object.keys(VARIABLES)) variables.set(name, fromJson({ ...given, context }[name]));
  return variables.set('now', parseTimestamp(now) ?? null);
}
