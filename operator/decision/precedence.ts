import { SCHEMA } from '../../crds/limits.ts';
import type { Requirement, RuleRef } from '../../crds/types.ts';
import type { RuleResult } from './facts.ts';

const { requirements: REQUIREMENTS, evaluations: EVALUATIONS } = SCHEMA.Checkpoint.status;
const { default: ONE_APPROVAL } = SCHEMA.CheckpointRule.spec.approval.minApprovals;

/** What the rules alone make of a checkpoint. A closed set: whatever is not named here asks a person. */
export type Ruling =
  | { readonly kind: 'Deny'; readonly rule: RuleResult; readonly why?: string }
  | { readonly kind: 'Suggest'; readonly rule: RuleResult }
  | { readonly kind: 'Approve'; readonly rule: RuleResult }
  | {
      readonly kind: 'Ask';
      readonly requirements: readonly Requirement[];
      readonly askedBy: readonly RuleResult[];
    };

/** Results that may steer: shadow rules are recorded, never acted on. */
export function enforced(results: readonly RuleResult[]): RuleResult[] {
  return results.filter(({ mode }) => mode === 'Enforce');
}

/** What still ends a checkpoint after its first evaluation: rules that stop it, never rules that let it pass. */
export function stopping(results: readonly RuleResult[]): Ruling | undefined {
  return rulingThatStops(results.filter(({ decision }) => decision === 'AutoDeny' || decision === 'Suggest'));
}

/** The first evaluation: deny, else suggest, else every approval that is required, else approve, else ask anybody. */
export function firstRuling(results: readonly RuleResult[]): Ruling {
  const acting = enforced(results);
  const stop = rulingThatStops(acting);
  if (stop !== undefined) return stop;
  const required = acting.filter(({ decision }) => decision === 'RequireApproval');
  const beyond = required[REQUIREMENTS.maxItems];
  if (beyond !== undefined) return { kind: 'Deny', rule: beyond, why: tooMany(required.length) };
  const failed = acting.filter(({ result }) => result === 'Error');
  const askedBy = [...new Set([...required, ...failed])];
  const approving = acting.find(matched('AutoApprove'));
  if (askedBy.length === 0 && acting.length <= EVALUATIONS.maxItems && approving !== undefined) {
    return { kind: 'Approve', rule: approving };
  }
  return { kind: 'Ask', requirements: requirementsOf(required), askedBy };
}

function rulingThatStops(results: readonly RuleResult[]): Ruling | undefined {
  const acting = enforced(results);
  const denying = acting.find(denies);
  if (denying !== undefined) return { kind: 'Deny', rule: denying };
  const suggesting = acting.find(matched('Suggest'));
  return suggesting === undefined ? undefined : { kind: 'Suggest', rule: suggesting };
}

/** A rule that fails and says `onError: Deny` denies, whatever it would have decided. */
function denies({ result, decision, onError }: RuleResult): boolean {
  return result === 'Error' ? onError === 'Deny' : decision === 'AutoDeny';
}

function matched(decision: RuleResult['decision']): (result: RuleResult) => boolean {
  return (result) => result.result === 'Matched' && result.decision === decision;
}

/** A RequireApproval that failed still names who must be asked; one approval by anybody is the least there is. */
function requirementsOf(required: readonly RuleResult[]): Requirement[] {
  if (required.length === 0) return [{ minApprovals: 1 }];
  return required.map(({ ruleRef, approval }) => ({
    ruleRef: refOf(ruleRef),
    minApprovals: approval?.minApprovals ?? ONE_APPROVAL,
    ...(approval?.users?.length ? { users: approval.users } : {}),
    ...(approval?.groups?.length ? { groups: approval.groups } : {}),
  }));
}

function refOf({ kind, name }: RuleRef): RuleRef {
  return { kind, name };
}

function tooMany(count: number): string {
  return `${count} rules require approval, more than the ${REQUIREMENTS.maxItems} that can be recorded; merge some of them.`;
}
