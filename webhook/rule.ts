import type { Approval } from '../crds/types.ts';
import { isPlain } from '../operator/model/person.ts';
import { quoted } from '../operator/model/quoted.ts';
import { compileRule, problemText } from '../operator/rules/compile.ts';
import {
  type AdmissionRequest,
  type AdmissionResponse,
  ALLOWED,
  type Json,
  json,
  refused,
  text,
} from './admission.ts';
import { selectorProblems } from './selector.ts';

/** Refuses a rule that could never be in force, match or be met, with every problem at once. */
export function checkRule({ operation, object }: AdmissionRequest): AdmissionResponse {
  if (operation === 'UPDATE' && isEnding(object)) return ALLOWED;
  const spec = json(object['spec']);
  const problems = CHECKS.flatMap((check) => check(spec));
  return problems.length > 0 ? refused(422, problems) : ALLOWED;
}

/**
 * An object that is being deleted must be able to end, even if it was stored before a check existed. No client can fake
 * a deletion. Until it ends the operator checks it again: what does not compile approves nothing.
 */
function isEnding(object: Json): boolean {
  return text(json(object['metadata'])['deletionTimestamp']) !== '';
}

type SpecCheck = (spec: Json) => string[];

/** What an action may look like, and `*`: with anything else a glob matches no action at all. */
const actions: SpecCheck = ({ actions }) =>
  strings(actions).flatMap(([glob, index]) => {
    if (/^[A-Za-z0-9._/:*-]+$/.test(glob)) return [];
    const cure = 'letters, digits and ._/:- match themselves, * matches any characters';
    return [`spec.actions[${index}]: ${quoted(glob)} can match no action: ${cure}`];
  });

/** Usernames are free text. But one with characters that cannot be seen would deceive whoever reviews the rule. */
const requesters: SpecCheck = ({ requesters }) =>
  strings(requesters).flatMap(([glob, index]) => {
    if (isPlain(glob)) return [];
    const cure = 'no spaces around it, no control or invisible characters';
    return [`spec.requesters[${index}]: ${quoted(glob)} can match no user: ${cure}`];
  });

const namespaceSelector: SpecCheck = ({ namespaceSelector }) => selectorProblems(json(namespaceSelector));

const inForce: SpecCheck = ({ condition, message, approval, requesters }) => {
  const compiled = compileRule({
    ...(typeof condition === 'string' ? { condition } : {}),
    ...(typeof message === 'string' ? { message } : {}),
    ...(approval === undefined ? {} : { approval: approvalOf(json(approval)) }),
    requesters: texts(requesters),
  });
  return compiled.ok ? [] : compiled.problems.map(problemText);
};

function approvalOf({ minApprovals, users, groups }: Json): Approval {
  return {
    ...(typeof minApprovals === 'number' ? { minApprovals } : {}),
    users: texts(users),
    groups: texts(groups),
  };
}

const CHECKS: readonly SpecCheck[] = [actions, requesters, namespaceSelector, inForce];

function texts(list: unknown): string[] {
  return strings(list).map(([text]) => text);
}

/** The strings of a list, each with its index. */
function strings(list: unknown): [string, number][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) => (typeof item === 'string' ? [[item, index]] : []));
}
