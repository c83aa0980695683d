import { contextProblems } from '../crds/bounds.ts';
import type { Checkpoint, Identity } from '../crds/types.ts';
import {
  type AdmissionRequest,
  type Answer,
  type PatchOperation,
  refused,
  type UserInfo,
} from './admission.ts';

/** The CRD's bound on `spec.agent`. */
const AGENT_LIMIT = 253;

/** Stamps who asks, over whatever the client claims, and refuses a context that is out of bounds. */
export function stampCheckpoint({ object, userInfo }: AdmissionRequest): Answer {
  const { spec } = object as Checkpoint;
  const problems = boundsOf(object);
  if (problems.length > 0) return refused(422, problems);
  const patch: PatchOperation[] = [{ op: 'add', path: '/spec/requester', value: identityOf(userInfo) }];
  if (!spec.agent) patch.push({ op: 'add', path: '/spec/agent', value: agentOf(userInfo) });
  return { allowed: true, patch };
}

export function checkCheckpoint({ object }: AdmissionRequest): Answer {
  const problems = boundsOf(object);
  return problems.length > 0 ? refused(422, problems) : { allowed: true };
}

function boundsOf(object: unknown): string[] {
  const spec = (object as Partial<Checkpoint> | null)?.spec;
  if (typeof spec !== 'object' || spec === null) return ['spec: required'];
  return contextProblems(spec.context).map(({ path, message }) => `${path}: ${message}`);
}

/** The caller as spec holds it. The policy compares it field by field, so nothing is cut or sorted. */
export function identityOf({ username = '', uid, groups = [] }: UserInfo): Identity {
  return { username, ...(uid ? { uid } : {}), ...(groups.length > 0 ? { groups: [...groups] } : {}) };
}

/** `system:serviceaccount:shop:refund-bot` shows as `refund-bot`. */
function agentOf({ username = '' }: UserInfo): string {
  const [, name] = /^system:serviceaccount:[^:]+:(.+)$/.exec(username) ?? [];
  return (name ?? username).slice(0, AGENT_LIMIT);
}
