import { SCHEMA } from '../../crds/limits.ts';
import type { Requirement } from '../../crds/types.ts';
import { EFFECTS, effectOf, PRECEDENCE, type RulingKind } from '../model/effects.ts';
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

/** Who is asked where no rule says: one approval by anybody with the right. */
export const ANYBODY: readonly Requirement[] = [{ minApprovals: ONE_APPROVAL }];

/** What the results give of each kind, where they give it. All of them are enforced. */
const RULINGS: Readonly<Record<RulingKind, (acting: readonly RuleResult[]) => Ruling | undefined>> = {
  Deny: denied,
  Suggest: suggested,
  Ask: asked,
  Approve: approved,
  Nothing: () => undefined,
};

/** The kinds of ruling that a rule can give once people have been asked. */
const STOPPING = PRECEDENCE.filter((kind) =>
  Object.values(EFFECTS).some(({ ruling, stops }) => stops && ruling === kind),
);

/** Results that may steer: shadow rules are recorded, never acted on. */
export function enforced(results: readonly RuleResult[]): RuleResult[] {
  return results.filter(({ mode }) => mode === 'Enforce');
}

/** The first evaluation: what takes precedence among all that the rules give. Where they give nothing, anybody is asked. */
export function firstRuling(results: readonly RuleResult[]): Ruling {
  return firstOf(PRECEDENCE, enforced(results)) ?? { kind: 'Ask', requirements: ANYBODY, askedBy: [] };
}

/** What still ends a checkpoint after its first evaluation: rules that stop it, never rules that let it pass. */
export function stopping(results: readonly RuleResult[]): Ruling | undefined {
  return firstOf(
    STOPPING,
    enforced(results).filter(({ decision }) => effectOf(decision).stops),
  );
}

function firstOf(kinds: readonly RulingKind[], acting: readonly RuleResult[]): Ruling | undefined {
  for (const kind of kinds) {
    const ruling = RULINGS[kind](acting);
    if (ruling !== undefined) return ruling;
  }
  return undefined;
}

/** A rule that fails and says `onError: Deny` denies, whatever it would have decided. */
function denied(acting: readonly RuleResult[]): Ruling | undefined {
  const rule = acting.find((result) =>
    result.result === 'Error' ? result.onError === 'Deny' : gives('Deny', result),
  );
  return rule && { kind: 'Deny', rule };
}

function suggested(acting: readonly RuleResult[]): Ruling | undefined {
  const [rule] = matching('Suggest', acting);
  return rule && { kind: 'Suggest', rule };
}

/** Every approval that is required, and a look by somebody at every rule that failed. */
function asked(acting: readonly RuleResult[]): Ruling | undefined {
  const required = acting.filter((result) => gives('Ask', result));
  const beyond = required[REQUIREMENTS.maxItems];
  if (beyond !== undefined) return { kind: 'Deny', rule: beyond, why: tooMany(required.length) };
  const failed = acting.filter(({ result }) => result === 'Error');
  const askedBy = [...new Set([...required, ...failed])];
  if (askedBy.length === 0) return undefined;
  return { kind: 'Ask', requirements: requirementsOf(required), askedBy };
}

/** A list that cannot be recorded as a whole approves nothing. */
function approved(acting: readonly RuleResult[]): Ruling | undefined {
  if (acting.length > EVALUATIONS.maxItems) return undefined;
  const [rule] = matching('Approve', acting);
  return rule && { kind: 'Approve', rule };
}

/** The results of rules that matched and give this ruling. */
export function matching(kind: RulingKind, results: readonly RuleResult[]): RuleResult[] {
  return results.filter((result) => result.result === 'Matched' && gives(kind, result));
}

function gives(kind: RulingKind, { decision }: RuleResult): boolean {
  return effectOf(decision).ruling === kind;
}

/** A RequireApproval that failed still names who must be asked; one approval by anybody is the least there is. */
function requirementsOf(required: readonly RuleResult[]): readonly Requirement[] {
  if (required.length === 0) return ANYBODY;
  return required.map(({ ruleRef, approval }) => ({
    ruleRef,
    minApprovals: approval?.minApprovals ?? ONE_APPROVAL,
    ...(approval?.users?.length ? { users: approval.users } : {}),
    ...(approval?.groups?.length ? { groups: approval.groups } : {}),
  }));
}

function tooMany(count: number): string {
  return `${count} rules require approval, more than the ${REQUIREMENTS.maxItems} that can be recorded; merge some of them.`;
}
