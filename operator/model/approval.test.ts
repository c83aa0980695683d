import { describe, expect, it } from 'vitest';
import { type Asking, approvalProblems } from './approval.ts';

const problems = (approval: Asking['approval'], requesters?: string[]) =>
  approvalProblems({ ...(approval ? { approval } : {}), ...(requesters ? { requesters } : {}) }).map(
    ({ path, message }) => `${path}: ${message}`,
  );

describe('an approval that can be met', () => {
  it.each<[string, Asking['approval'], string[]?]>([
    ['none', undefined],
    ['by anybody', { minApprovals: 10 }],
    ['by as many as are named', { minApprovals: 2, users: ['mia', 'tom'] }],
    ['by one of those who are named', { users: ['mia', 'tom'] }],
    [
      'by more than are named, where a group may have them',
      { minApprovals: 3, users: ['mia'], groups: ['finance'] },
    ],
    [
      'by a group of people that the API server gives',
      { groups: ['system:masters', 'system:authenticated'] },
    ],
    [
      'by names with blanks, signs and letters of any script',
      { users: ['Änn Lee', 'oidc:mia@x.com', '美亚'] },
    ],
    ['by others than the requester', { users: ['mia', 'tom'] }, ['mia']],
    ['where any requester fits', { users: ['mia'] }, ['m*', '*']],
    ['by a group that the requester may be in', { users: ['mia'], groups: ['finance'] }, ['mia']],
  ])('%s has no problem', (_, approval, requesters) => {
    expect(problems(approval, requesters)).toEqual([]);
  });
});

describe('an approval that can never be met', () => {
  it.each<[string, Asking['approval'], string[], string[]?]>([
    [
      'more approvals than people',
      { minApprovals: 3, users: ['mia', 'tom'] },
      ['spec.approval.minApprovals: is 3, but 2 users are named and no group, so it could never be met'],
    ],
    [
      'more approvals than the one who is named',
      { minApprovals: 2, users: ['mia'] },
      ['spec.approval.minApprovals: is 2, but 1 user is named and no group, so it could never be met'],
    ],
    [
      'a person twice',
      { minApprovals: 2, users: ['mia', 'tom', 'mia'] },
      ['spec.approval.users[2]: "mia" is the same person as spec.approval.users[0], who counts once'],
    ],
    [
      'a person twice in two spellings',
      { users: ['Ren\u00e9', 'RENE\u0301'] },
      ['spec.approval.users[1]: "RENE\u0301" is the same person as spec.approval.users[0], who counts once'],
    ],
    [
      'a service account and a system user',
      { users: ['system:serviceaccount:shop:bot', 'System:admin'] },
      [
        'spec.approval.users[0]: "system:serviceaccount:shop:bot" never reviews: system users and service accounts are no people',
        'spec.approval.users[1]: "System:admin" never reviews: system users and service accounts are no people',
      ],
    ],
    [
      'blanks and invisible characters',
      { users: [' mia', 'to\u200bm', ''], groups: ['finance '] },
      [
        'spec.approval.users[0]: " mia" can be nobody: no spaces around it, no control or invisible characters',
        'spec.approval.users[1]: "to\\u{200B}m" can be nobody: no spaces around it, no control or invisible characters',
        'spec.approval.users[2]: "" never reviews: system users and service accounts are no people',
        'spec.approval.groups[0]: "finance " can be nobody: no spaces around it, no control or invisible characters',
      ],
    ],
    ...[
      'system:serviceaccounts',
      'system:serviceaccounts:shop',
      'system:nodes',
      'system:unauthenticated',
      'system:bootstrappers',
      'system:bootstrappers:kubeadm',
    ].map((group): [string, Asking['approval'], string[]] => [
      `the group ${group}`,
      { groups: [group] },
      [
        `spec.approval.groups[0]: "${group}" has nobody who reviews: system users and service accounts are no people`,
      ],
    ]),
    [
      'the requester alone',
      { users: ['mia'] },
      [
        'spec.requesters[1]: "Mia" does not decide on their own request, which leaves 0 of the 1 approvals that are needed',
      ],
      ['bot', 'Mia'],
    ],
    [
      'all people, one of whom asks',
      { minApprovals: 2, users: ['mia', 'tom'] },
      [
        'spec.requesters[0]: "tom" does not decide on their own request, which leaves 1 of the 2 approvals that are needed',
      ],
      ['tom'],
    ],
  ])('by %s is named with its path', (_, approval, expected, requesters) => {
    expect(problems(approval, requesters)).toEqual(expected);
  });
});
