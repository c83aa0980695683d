import { SCHEMA } from '../crds/limits.ts';
import type { Identity } from '../crds/types.ts';
import type { UserInfo } from './admission.ts';

/** Where a caller is recorded, and how much there is room for. */
const RECORDED_IN = {
  'spec.requester': SCHEMA.Checkpoint.spec.requester,
  'spec.reviewer': SCHEMA.CheckpointReview.spec.reviewer,
} as const;

/** The caller as a spec holds it. The policies compare it field by field, so nothing is cut or sorted. */
export function identityOf({ username, uid, groups }: UserInfo): Identity {
  return { username, ...(uid ? { uid } : {}), ...(groups.length > 0 ? { groups: [...groups] } : {}) };
}

/**
 * Why the caller cannot be recorded. The schema would refuse it too, but would name a field that the client never
 * wrote.
 */
export function identityProblems(
  field: keyof typeof RECORDED_IN,
  { username, uid, groups }: UserInfo,
): string[] {
  const room = RECORDED_IN[field];
  const problems = [
    ...tooLong(field, [username], room.username),
    ...tooLong(field, [uid], room.uid),
    ...tooLong(field, groups, room.groups.items),
  ];
  const { maxItems } = room.groups;
  if (groups.length > maxItems) {
    problems.push(
      `${field}.groups: you are in ${groups.length} groups, and at most ${maxItems} are recorded`,
    );
  }
  return problems;
}

function tooLong(
  field: string,
  names: readonly string[],
  { maxLength }: { readonly maxLength: number },
): string[] {
  return names
    .filter((name) => name.length > maxLength)
    .map((name) => `${field}: '${name.slice(0, 32)}…' is longer than ${maxLength} characters`);
}

/** `system:serviceaccount:shop:refund-bot` shows as `refund-bot`. */
export function agentOf({ username }: UserInfo): string {
  const [, name] = /^system:serviceaccount:[^:]+:(.+)$/.exec(username) ?? [];
  return [...(name ?? username)].slice(0, SCHEMA.Checkpoint.spec.agent.maxLength).join('');
}
