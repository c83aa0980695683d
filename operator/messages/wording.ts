import type { Checkpoint, CheckpointStatus, Requirement } from '../../crds/types.ts';
import { inQuotes } from '../model/quoted.ts';
import { byScopeThenName, ruleName } from '../model/references.ts';
import { bounded } from '../model/text.ts';

/** In the sentence, in characters; the rest of the message has the whole name. */
const AGENT_NAME_LIMIT = 60;

/**
 * The sentence people read: the deciding rule's, else the first rule's that words one, namespaced before cluster
 * rules and each by name, else one made from the action. Derived from status alone, so that it survives a restart.
 */
export function sentenceFor({ spec }: Checkpoint, status: CheckpointStatus): string {
  const wording = (status.evaluations ?? [])
    .filter(({ mode, result, message }) => mode === 'Enforce' && result === 'Matched' && message)
    .sort((a, b) => byScopeThenName(a.ruleRef, b.ruleRef));
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
