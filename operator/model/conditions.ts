import { SCHEMA } from '../../crds/limits.ts';
import type { Condition } from '../../crds/types.ts';
import { rfc3339 } from './time.ts';

/** A condition before it is known whether it changed. */
export type ConditionDraft = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

/** A condition says no more than a decision's own message does, whatever more the schema takes. In characters. */
export const CONDITION_TEXT = SCHEMA.Checkpoint.status.decision.message.maxLength;

/** What the schema's default has for a time, because it knows none. */
const NEVER = '1970-01-01T00:00:00Z';

/** Stamps drafts, keeping the transition time of those whose status did not change. */
export function stampConditions(
  drafts: readonly ConditionDraft[],
  before: readonly Condition[],
  at: { readonly now: Date; readonly generation: number },
): Condition[] {
  return drafts.map((draft) => {
    const old = before.find(({ type }) => type === draft.type);
    const isUnchanged = old?.status === draft.status && old.lastTransitionTime !== NEVER;
    const lastTransitionTime = isUnchanged ? old.lastTransitionTime : rfc3339(at.now);
    return { ...draft, observedGeneration: at.generation, lastTransitionTime };
  });
}
