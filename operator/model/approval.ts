import { SCHEMA } from '../../crds/limits.ts';
import type { RuleSpec } from '../../crds/types.ts';
import type { FieldProblem } from './field-problem.ts';
import { folded, isPerson, isPlain } from './person.ts';
import { quoted } from './quoted.ts';

/** The part of a rule that says whom it asks, and of whose requests. */
export type Asking = Pick<RuleSpec, 'approval' | 'requesters'>;

const ANY = '*';

const LEAST_APPROVALS = SCHEMA.CheckpointRule.spec.approval.minApprovals.default;

/**
 * Why an approval that a rule requires could never be given, each with its path; empty where it could. What only the
 * cluster knows, such as who is in a group or holds the right, is not asked.
 */
export function approvalProblems({ approval, requesters = [] }: Asking): FieldProblem[] {
  if (approval === undefined) return [];
  const { users = [], groups = [], minApprovals = LEAST_APPROVALS } = approval;
  const problems = [...nameProblems('spec.approval.users', users, userProblem), ...twice(users)];
  problems.push(...nameProblems('spec.approval.groups', groups, groupProblem));
  if (users.length === 0 || groups.length > 0 || problems.length > 0) return problems;
  return users.length < minApprovals
    ? [{ path: 'spec.approval.minApprovals', message: tooFew(minApprovals, users.length) }]
    : requesterProblems(requesters, new Set(users.map(folded)), minApprovals);
}

function nameProblems(
  path: string,
  names: readonly string[],
  problemOf: (name: string) => string | undefined,
): FieldProblem[] {
  return names.flatMap((name, index) => {
    const problem = isPlain(name)
      ? problemOf(name)
      : 'can be nobody: no spaces around it, no control or invisible characters';
    return problem === undefined
      ? []
      : [{ path: `${path}[${index}]`, message: `${quoted(name)} ${problem}` }];
  });
}

function userProblem(name: string): string | undefined {
  return isPerson(name) ? undefined : 'never reviews: system users and service accounts are no people';
}

/** Groups that the API server gives only to what never reviews. `system:authenticated` and `system:masters` have people. */
const NOBODY = /^system:(serviceaccounts(:.*)?|nodes|unauthenticated|bootstrappers(:.*)?)$/;

function groupProblem(name: string): string | undefined {
  if (name === '') return 'is no group';
  return NOBODY.test(name)
    ? 'has nobody who reviews: system users and service accounts are no people'
    : undefined;
}

/** Two names that are compared as one person's would be counted once. */
function twice(users: readonly string[]): FieldProblem[] {
  const names = users.map(folded);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (first === index) return [];
    const message = `${quoted(users[index] ?? '')} is the same person as spec.approval.users[${first}], who counts once`;
    return [{ path: `spec.approval.users[${index}]`, message }];
  });
}

function tooFew(minApprovals: number, users: number): string {
  const named = users === 1 ? '1 user is named' : `${users} users are named`;
  return `is ${minApprovals}, but ${named} and no group, so it could never be met`;
}

/** Nobody decides on their own request, so a requester who is named among the approvers is one fewer. */
function requesterProblems(
  requesters: readonly string[],
  users: ReadonlySet<string>,
  minApprovals: number,
): FieldProblem[] {
  if (users.size > minApprovals) return [];
  return requesters.flatMap((requester, index) => {
    if (requester.includes(ANY) || !users.has(folded(requester))) return [];
    const left = `which leaves ${users.size - 1} of the ${minApprovals} approvals that are needed`;
    const message = `${quoted(requester)} does not decide on their own request, ${left}`;
    return [{ path: `spec.requesters[${index}]`, message }];
  });
}
