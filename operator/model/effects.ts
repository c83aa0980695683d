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
  /**
   * Where a rule that matched is announced: nowhere, in the channel that it names, or else in the default one. What is
   * announced is the question where people are asked, and the decision where nobody was. A rule that fails always asks.
   */
  readonly announced: 'Nowhere' | 'Named' | 'NamedOrDefault';
}

/**
 * One row for each value of `spec.decision`. A new one is a row here and a value in `crds/checkpointrules.yaml` and
 * `crds/checkpoints.yaml`; `CONTRIBUTING.md` has the steps.
 */
export const EFFECTS: Readonly<Record<RuleDecision, Effect>> = {
  AutoDeny: { ruling: 'Deny', stops: true, announced: 'Nowhere' },
  Suggest: { ruling: 'Suggest', stops: true, announced: 'NamedOrDefault' },
  RequireApproval: { ruling: 'Ask', stops: false, announced: 'NamedOrDefault' },
  AutoApprove: { ruling: 'Approve', stops: false, announced: 'Named' },
  Inform: { ruling: 'Nothing', stops: false, announced: 'Named' },
};

/** What this operator does not know, of a CRD newer than it is, asks people: nothing is approved by default. */
const UNKNOWN: Effect = { ruling: 'Ask', stops: false, announced: 'NamedOrDefault' };

export function effectOf(decision: RuleDecision): Effect {
  return Object.hasOwn(EFFECTS, decision) ? EFFECTS[decision] : UNKNOWN;
}

/** 0 for what takes precedence over all else. */
export function rankOf(ruling: RulingKind): number {
  return PRECEDENCE.indexOf(ruling);
}
