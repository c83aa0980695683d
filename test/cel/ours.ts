import type { Checkpoint } from '../../crds/types.ts';
import { Meter, RULE_COST_LIMIT } from '../../operator/cel/cost.ts';
import { compileRule } from '../../operator/rules/compile.ts';
import { variablesOf } from '../../operator/rules/input.ts';

export const NOW = '2026-11-23T12:00:00Z';
export const REQUESTER = { username: 'mia', uid: '', groups: [] };
export const LABELS = { team: 'shop', tier: 'gold' };

/** A boolean, or undefined where an engine refuses or fails: then a person is asked. */
export type Verdict = boolean | undefined;

/** What the operator makes of a condition, for each context. */
export function verdicts(condition: string, contexts: readonly Record<string, unknown>[]): Verdict[] {
  const compiled = compileRule({ condition });
  if (!compiled.ok || compiled.condition === undefined) return contexts.map(() => undefined);
  const { condition: expression } = compiled;
  return contexts.map((context) => {
    const variables = variablesOf({ checkpoint: checkpoint(context), namespaceLabels: LABELS });
    const value = expression.evaluate(variables, new Meter('one rule', RULE_COST_LIMIT));
    return typeof value === 'boolean' ? value : undefined;
  });
}

export function checkpoint(context: Record<string, unknown>): Checkpoint {
  return {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'Checkpoint',
    metadata: { name: 'c', namespace: 'shop', creationTimestamp: NOW },
    spec: { action: 'refund', agent: 'bot', requester: REQUESTER, context },
  };
}
