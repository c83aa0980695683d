import { contextProblems } from '../../crds/bounds.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { VARIABLES } from '../cel/expression.ts';
import { fromJson } from '../cel/json.ts';
import { parseTimestamp } from '../cel/standard/timestamp.ts';
import { CelMap, Timestamp, type Value } from '../cel/values.ts';
import type { Subject } from './match.ts';

export interface EvaluationInput {
  readonly checkpoint: Checkpoint;
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

/** What of an input goes to the worker. */
export interface BoundedInput extends EvaluationInput {
  /** What is out of bounds; then there is no context. */
  readonly problem?: string;
  /** Only rules that changed after this version and could still stop the checkpoint are asked about. */
  readonly since?: number;
}

/**
 * Only what rules look at, and no context that is out of bounds: it may be deeper than what can be sent to another
 * thread at all.
 */
export function boundedInput({ checkpoint, namespaceLabels }: EvaluationInput, since?: number): BoundedInput {
  const { name, namespace, creationTimestamp } = checkpoint.metadata;
  const { context, action, agent, requester } = checkpoint.spec;
  const [problem] = contextProblems(context);
  return {
    namespaceLabels,
    checkpoint: {
      metadata: {
        name,
        ...(namespace ? { namespace } : {}),
        ...(creationTimestamp ? { creationTimestamp } : {}),
      },
      spec: {
        action,
        ...(agent === undefined ? {} : { agent }),
        ...(requester === undefined ? {} : { requester }),
        ...(context === undefined || problem ? {} : { context }),
      },
    },
    ...(problem ? { problem: `${problem.path}: ${problem.message}` } : {}),
    ...(since === undefined ? {} : { since }),
  };
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
