import type { Checkpoint } from '../../crds/types.ts';
import { Meter, RULE_COST_LIMIT } from '../../operator/cel/cost.ts';
import { isError } from '../../operator/cel/errors.ts';
import type { Value } from '../../operator/cel/values.ts';
import { compileRule } from '../../operator/rules/compile.ts';
import { variablesOf } from '../../operator/rules/input.ts';

export const NOW = '2026-11-23T12:00:00Z';

/** What is not the agent's to choose; it wins over context keys of the same name. */
export const FACTS = {
  action: 'refund',
  agent: 'bot',
  requester: { username: 'mia', uid: '', groups: [] },
  namespaceName: 'shop',
  namespaceLabels: { team: 'shop', tier: 'gold' },
};

/** A boolean, or why there is none: then a person is asked, or it is denied. */
export type Verdict = { readonly value: boolean; readonly cost: number } | { readonly error: string };

/** What the operator makes of a condition, for each context. */
export function verdicts(condition: string, contexts: readonly Record<string, unknown>[]): Verdict[] {
  const compiled = compileRule({ condition });
  if (!compiled.ok) return contexts.map(() => ({ error: `refused: ${compiled.problems[0]?.message}` }));
  return contexts.map((context) => {
    const meter = new Meter('one rule', RULE_COST_LIMIT);
    const value = compiled.condition?.evaluate(variables(context), meter);
    if (typeof value === 'boolean') return { value, cost: meter.spent };
    return { error: value !== undefined && isError(value) ? value.message : 'not a boolean' };
  });
}

/** As the operator gives them. */
export function variables(context: Record<string, unknown>): ReadonlyMap<string, Value> {
  return variablesOf({ checkpoint: checkpoint(context), namespaceLabels: FACTS.namespaceLabels });
}

export function checkpoint(context: Record<string, unknown>): Checkpoint {
  const { action, agent, requester, namespaceName: namespace } = FACTS;
  return {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'Checkpoint',
    metadata: { name: 'c', namespace, creationTimestamp: NOW },
    spec: { action, agent, requester, context },
  };
}
