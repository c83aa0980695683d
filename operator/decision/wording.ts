import { inQuotes } from '../../crds/quoted.ts';
import type { Checkpoint, CheckpointStatus, Evaluation, Requirement, RuleRef } from '../../crds/types.ts';
import type { Facts, RuleResult } from './facts.ts';
import { bounded, LIST_LIMIT } from './limits.ts';

/** In the sentence, in characters; the rest of the message has the whole name. */
const AGENT_NAME_LIMIT = 60;

export function ruleName({ kind, name }: RuleRef): string {
  return `${kind}/${name}`;
}

/**
 * The sentence people read: the deciding rule's, else the first rule's that words one, namespaced before cluster
 * rules and each by name, else one made from the action. Derived from status alone, so that it survives a restart.
 */
export function sentenceFor({ spec }: Checkpoint, status: CheckpointStatus): string {
  const wording = (status.evaluations ?? [])
    .filter(({ mode, result, message }) => mode === 'Enforce' && result === 'Matched' && message)
    .sort(byScopeThenName);
  const deciding = decidingRules(status);
  const worded = wording.find(({ ruleRef }) => deciding.has(ruleName(ruleRef))) ?? wording[0];
  return worded?.message ?? `AI agent ${agentName(spec.agent)} asks to run ${spec.action}.`;
}

/** The agent chose its name, and only a short one leaves the sentence in sight. */
function agentName(agent: string | undefined): string {
  return agent === undefined ? 'without a name' : inQuotes(bounded(agent, AGENT_NAME_LIMIT));
}

function decidingRules({ decision, requirements = [] }: CheckpointStatus): Set<string> {
  const refs = [decision?.ruleRef, ...requirements.map(({ ruleRef }) => ruleRef)];
  return new Set(refs.filter((ref) => ref !== undefined).map(ruleName));
}

function byScopeThenName(a: Evaluation, b: Evaluation): number {
  if (a.ruleRef.kind !== b.ruleRef.kind) return a.ruleRef.kind === 'CheckpointRule' ? -1 : 1;
  return a.ruleRef.name < b.ruleRef.name ? -1 : 1;
}

/** Why a person is asked, a sentence a cause. */
export function whyAsked(facts: Facts, askedBy: readonly RuleResult[]): string {
  const causes = askedBy.map(({ ruleRef, result, message }) =>
    result === 'Error'
      ? `Rule ${ruleName(ruleRef)} could not be evaluated: ${message ?? 'unknown error'}`
      : `Rule ${ruleName(ruleRef)} requires approval.`,
  );
  const matching = facts.ruleResults.length;
  if (matching > LIST_LIMIT) {
    causes.push(`${matching} rules matched, more than the ${LIST_LIMIT} that can be recorded.`);
  }
  if (facts.freshness.state === 'Silent') {
    causes.push('The rules may be out of date: their watch has been silent for too long.');
  }
  return causes.length > 0 ? causes.join('\n') : 'No rule decides this.';
}

/** What one requirement asks for, in words. */
export function needText({ minApprovals, users = [], groups = [] }: Requirement, given: number): string {
  const approvals = minApprovals === 1 ? '1 approval' : `${minApprovals} approvals`;
  const progress = given > 0 ? ` (${Math.min(given, minApprovals)} so far)` : '';
  return `${approvals} by ${whoText(users, groups)}${progress}`;
}

function whoText(users: readonly string[], groups: readonly string[]): string {
  const people = [
    ...(users.length > 0 ? [users.join(', ')] : []),
    ...(groups.length > 0 ? [`anybody in ${groups.join(', ')}`] : []),
  ];
  return people.length > 0 ? people.join(' or ') : 'anybody with the right';
}
