import type { Identity } from '../crds/types.ts';
import type { UserInfo } from './admission.ts';

/** The CRDs' bounds on an identity and on `spec.agent`, in characters and items. */
const NAME_LIMIT = 512;
const GROUPS_LIMIT = 256;
const AGENT_LIMIT = 253;

/** The caller as a spec holds it. The policies compare it field by field, so nothing is cut or sorted. */
export function identityOf({ username, uid, groups }: UserInfo): Identity {
  return { username, ...(uid ? { uid } : {}), ...(groups.length > 0 ? { groups: [...groups] } : {}) };
}

/** Why the caller cannot be recorded under `field`; the schema would say it of a field that the client never wrote. */
export function identityProblems(field: string, { username, uid, groups }: UserInfo): string[] {
  const problems = [username, uid, ...groups]
    .filter((name) => name.length > NAME_LIMIT)
    .map((name) => `${field}: '${name.slice(0, 32)}…' is longer than ${NAME_LIMIT} characters`);
  if (groups.length > GROUPS_LIMIT) {
    problems.push(
      `${field}.groups: you are in ${groups.length} groups, and at most ${GROUPS_LIMIT} are recorded`,
    );
  }
  return problems;
}

/** `system:serviceaccount:shop:refund-bot` shows as `refund-bot`. */
export function agentOf({ username }: UserInfo): string {
  const [, name] = /^system:serviceaccount:[^:]+:(.+)$/.exec(username) ?? [];
  return [...(name ?? username)].slice(0, AGENT_LIMIT).join('');
}
