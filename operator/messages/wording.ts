import { SCHEMA } from '../../crds/limits.ts';
import type { Checkpoint, CheckpointStatus, Evaluation, Requirement } from '../../crds/types.ts';
import { CONDITION_TEXT } from '../model/conditions.ts';
import { effectOf } from '../model/effects.ts';
import { inQuotes } from '../model/quoted.ts';
import { byScopeThenName, ruleName } from '../model/references.ts';
import { bounded } from '../model/text.ts';

const { maxItems: EVALUATIONS } = SCHEMA.Checkpoint.status.evaluations;

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

/** Why people are asked, a sentence a cause. Derived from what was recorded when they were, so that none is lost. */
export function whyAsked({ evaluations = [] }: CheckpointStatus): string[] {
  const acting = evaluations.filter(({ mode }) => mode === 'Enforce');
  const asking = acting.filter(asks).map(causeOf);
  if (asking.length >= EVALUATIONS) return [...asking, TOO_MANY];
  if (asking.length > 0) return asking;
  if (!acting.some(({ decision }) => effectOf(decision).ruling === 'Approve'))
    return ['No rule decides this.'];
  return [acting.length < EVALUATIONS ? OUT_OF_DATE : TOO_MANY];
}

const TOO_MANY = `As many rules matched as can be recorded, which are ${EVALUATIONS}: there may be more.`;
const OUT_OF_DATE =
  'A rule would approve this, but the API server does not confirm that the rules are unchanged.';

/** A rule that failed asks, whatever it would have decided: nobody knows whether it would have matched. */
function asks({ decision, result }: Evaluation): boolean {
  return effectOf(decision).ruling === 'Ask' || result === 'Error';
}

function causeOf({ ruleRef, result, message }: Evaluation): string {
  return result === 'Error'
    ? `Rule ${ruleName(ruleRef)} could not be evaluated: ${message ?? 'unknown error'}`
    : `Rule ${ruleName(ruleRef)} requires approval.`;
}

/** As many whole causes as a condition's message holds, at least some of the first, and how many are left out. */
export function causesInBrief(causes: readonly string[]): string {
  const room = CONDITION_TEXT - REST_LIMIT;
  const [first = '', ...others] = causes;
  let text = bounded(first, room);
  for (const [index, cause] of others.entries()) {
    if (text.length + cause.length >= room) {
      return `${text}\nAnd ${others.length - index} more: status.evaluations has them all.`;
    }
    text += `\n${cause}`;
  }
  return text;
}

/** Room for the line that counts the rest. */
const REST_LIMIT = 80;

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
