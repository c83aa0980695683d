import type { RuleDecision } from '../../crds/types.ts';

/**
 * What a rule can make of a checkpoint, in order of precedence: of all rules that match, the first of these counts.
 * `Nothing`: the rule only words the message and routes it.
 */
export const PRECEDENCE = ['Deny', 'Suggest', 'Ask', 'Approve', 'Nothing'] as const;

export type RulingKind = (typeof PRECEDENCE)[number];

/** What one `spec.decision` does. */
export interface Effect {
  readonly ruling: RulingKind;
  /** Whether it still ends a checkpoint about which people have been asked. What lets one pass never does. */
  readonly stops: boolean;
  /** Where people are told of it: nowhere, in the channel that the rule names, or else in the default one. */
  readonly told: 'Nowhere' | 'Named' | 'NamedOrDefault';
}

/** One row for each value of `spec.decision`. A new one is a row here and a value in `crds/checkpointrules.yaml`. */
export const EFFECTS: Readonly<Record<RuleDecision, Effect>> = {
  AutoDeny: { ruling: 'Deny', stops: true, told: 'Nowhere' },
  Suggest: { ruling: 'Suggest', stops: true, told: 'NamedOrDefault' },
  RequireApproval: { ruling: 'Ask', stops: false, told: 'NamedOrDefault' },
  AutoApprove: { ruling: 'Approve', stops: false, told: 'Named' },
  Inform: { ruling: 'Nothing', stops: false, told: 'Named' },
};

/** What this operator does not know, of a CRD newer than it is, asks people: nothing is approved by default. */
const UNKNOWN: Effect = { ruling: 'Ask', stops: false, told: 'NamedOrDefault' };

export function effectOf(decision: RuleDecision): Effect {
  return Object.hasOwn(EFFECTS, decision) ? EFFECTS[decision] : UNKNOWN;
}

/** 0 for what takes precedence over all else. */
export function rankOf(ruling: RulingKind): number {
  return PRECEDENCE.indexOf(ruling);
}
