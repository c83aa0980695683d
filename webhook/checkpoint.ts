import { isDeepStrictEqual } from 'node:util';
import { contextProblems } from '../operator/model/context-bounds.ts';
import { problemLine } from '../operator/model/field-problem.ts';
import {
  type AdmissionRequest,
  type AdmissionResponse,
  ALLOWED,
  type Json,
  json,
  type PatchOperation,
  refused,
} from './admission.ts';
import { agentOf, identityOf, identityProblems } from './identity.ts';

/** Stamps who asks, over whatever the client claims, and refuses a context that is out of bounds. */
export function stampCheckpoint({ object, userInfo }: AdmissionRequest): AdmissionResponse {
  const problems = [...boundsProblems(object), ...identityProblems('spec.requester', userInfo)];
  if (problems.length > 0) return refused(422, problems);
  const patch: PatchOperation[] = [{ op: 'add', path: '/spec/requester', value: identityOf(userInfo) }];
  const { agent } = json(object['spec']);
  if (agent === undefined || agent === null) {
    patch.push({ op: 'add', path: '/spec/agent', value: agentOf(userInfo) });
  }
  return { allowed: true, patch };
}

/** The bounds again, in case another mutating webhook changed the context. */
export function checkCheckpoint({ object }: AdmissionRequest): AdmissionResponse {
  const problems = boundsProblems(object);
  return problems.length > 0 ? refused(422, problems) : ALLOWED;
}

/**
 * A question never changes once it is asked. Compared strictly: 12 is not "12", and the order of a list counts, that of
 * keys does not.
 */
export function checkChange({ object, oldObject }: AdmissionRequest): AdmissionResponse {
  if (isDeepStrictEqual(object['spec'], oldObject['spec'])) return ALLOWED;
  return refused(422, ['spec: is immutable; create a new Checkpoint']);
}

function boundsProblems(object: Json): string[] {
  const { spec } = object;
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return ['spec: must be an object'];
  return contextProblems(json(spec)['context']).map(problemLine);
}
