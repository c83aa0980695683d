import type { Checkpoint } from '../../crds/types.ts';
import type { VARIABLES } from '../cel/expression.ts';
import { fromJson } from '../cel/json.ts';
import { parseTimestamp } from '../cel/standard/timestamp.ts';
import { CelMap, Timestamp, type Value } from '../cel/values.ts';
import { contextProblems } from '../model/context-bounds.ts';
import { problemLine } from '../model/field-problem.ts';
import type { Subject } from './match.ts';

export interface EvaluationInput {
  readonly checkpoint: Checkpoint;
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

/** The variables of the expressions, or what is out of bounds about the context. */
type VariablesOrProblem =
  | { readonly ok: true; readonly variables: ReadonlyMap<string, Value> }
  | { readonly ok: false; readonly problem: string };

/** A context that is out of bounds is not converted: it may be so deep that walking it overflows the stack. */
export function evaluationInput(input: EvaluationInput): VariablesOrProblem {
  const [problem] = contextProblems(input.checkpoint.spec.context);
  if (problem !== undefined) return { ok: false, problem: problemLine(problem) };
  return { ok: true, variables: variablesOf(input) };
}

export function subjectOf({ checkpoint, namespaceLabels }: EvaluationInput): Subject {
  const { metadata, spec } = checkpoint;
  return {
    namespace: metadata.namespace ?? '',
    namespaceLabels,
    action: spec.action,
    username: spec.requester?.username ?? '',
  };
}

/** The variables of an expression: the facts, and every context key that is not one of their names. */
export function variablesOf({ checkpoint, namespaceLabels }: EvaluationInput): ReadonlyMap<string, Value> {
  const { metadata, spec } = checkpoint;
  const context = fromJson(spec.context ?? {});
  const facts: Record<keyof typeof VARIABLES, Value> = {
    action: spec.action,
    agent: spec.agent ?? '',
    context,
    requester: fromJson({ uid: '', groups: [], ...spec.requester }),
    namespaceName: metadata.namespace ?? '',
    namespaceLabels: fromJson(namespaceLabels),
    now: parseTimestamp(metadata.creationTimestamp ?? '') ?? new Timestamp(0n),
  };
  const keys = context instanceof CelMap ? [...context.entries()] : [];
  return new Map([
    ...keys.map(([key, value]): [string, Value] => [String(key), value]),
    ...Object.entries(facts),
  ]);
}
