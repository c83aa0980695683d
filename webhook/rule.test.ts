import { describe, expect, it } from 'vitest';
import { checkRule } from './rule.ts';

function check(spec: unknown, operation = 'CREATE', metadata: object = {}): string[] {
  const answer = checkRule({
    uid: '1',
    operation,
    kind: 'ClusterCheckpointRule',
    namespace: '',
    userInfo: { username: 'mia', uid: '', groups: [] },
    object: { metadata, spec },
    oldObject: {},
  });
  return answer.allowed ? [] : [`${answer.code}`, ...answer.message.split('\n')];
}

describe('a rule at admission', () => {
  it.each([
    [{ actions: ['*'] }],
    [{ actions: ['process_refund', 'a.b/c:d-*', '**'] }],
    [{ actions: ['x'], requesters: ['system:serviceaccount:*:bot', 'Änn Example@example.com'] }],
    [
      {
        actions: ['x'],
        condition: 'amount > 0 && amount < 50',
        message: "'refund of ' + formatMoney(amount, 'USD')",
      },
    ],
    [{ actions: ['x'], namespaceSelector: { matchLabels: { team: 'a', 'example.com/Tier_1': '' } } }],
    [
      {
        actions: ['x'],
        namespaceSelector: { matchExpressions: [{ key: 'env', operator: 'In', values: ['prod', ''] }] },
      },
    ],
  ])('is taken with %j', (spec) => {
    expect(check(spec)).toEqual([]);
  });

  it('that does not compile is refused with field, line, column and a caret', () => {
    const [code, first, source, caret] = check({ actions: ['x'], condition: 'amount <\n  50 +' });
    expect(code).toBe('422');
    expect(first).toMatch(/^spec\.condition:2:\d+: /);
    expect(source).toBe('    50 +');
    expect(caret).toMatch(/^ +\^$/);
  });

  it('shows every problem at once', () => {
    const lines = check({
      actions: ['refund', 'process refund'],
      requesters: ['mia\u202e', ' tom'],
      condition: '1 +',
      message: '42',
      namespaceSelector: {
        matchLabels: { 'no key': 'v', team: '-a' },
        matchExpressions: [{ key: 'a/b/c', operator: 'In', values: ['ok', 'not ok'] }],
      },
    });
    const named = [
      'spec.actions[1]: "process refund" can match no action',
      'spec.requesters[0]: "mia\\u{202E}" can match no user',
      'spec.requesters[1]: " tom" can match no user',
      'spec.namespaceSelector.matchLabels["no key"]: ',
      'spec.namespaceSelector.matchLabels["team"]: "-a" is no label value',
      'spec.namespaceSelector.matchExpressions[0].key: "a/b/c" is no label key',
      'spec.namespaceSelector.matchExpressions[0].values[1]: "not ok" is no label value',
      'spec.condition:1:',
      'spec.message:1:',
    ];
    expect(named.filter((text) => !lines.some((line) => line.startsWith(text)))).toEqual([]);
  });

  it('whose approval can never be met is refused with the path', () => {
    const rule = (approval: unknown, requesters = ['*']) => ({ actions: ['x'], approval, requesters });
    expect(check(rule({ minApprovals: 2, users: ['mia'] }))).toEqual([
      '422',
      'spec.approval.minApprovals: is 2, but 1 user is named and no group, so it could never be met',
    ]);
    expect(check(rule({ users: ['mia\u200b', 'system:admin'], groups: ['system:nodes'] }))).toEqual([
      '422',
      'spec.approval.users[0]: "mia\\u{200B}" can be nobody: no spaces around it, no control or invisible characters',
      'spec.approval.users[1]: "system:admin" never reviews: system users and service accounts are no people',
      'spec.approval.groups[0]: "system:nodes" has nobody who reviews: system users and service accounts are no people',
    ]);
    expect(check(rule({ users: ['mia'] }, ['mia']))[1]).toMatch(/^spec\.requesters\[0\]: /);
    expect(check(rule({ minApprovals: 2, users: ['mia'], groups: ['finance'] }))).toEqual([]);
  });

  it('that is being deleted is let go as it is, and none is created so', () => {
    const broken = { actions: ['x'], condition: '1 +' };
    const ending = { deletionTimestamp: '2026-11-02T10:00:00Z' };
    expect(check(broken, 'UPDATE', ending)).toEqual([]);
    const refused = ['422', expect.stringContaining('spec.condition:1:'), '  1 +', '     ^'];
    expect(check(broken, 'UPDATE')).toEqual(refused);
    expect(check(broken, 'CREATE', ending)).toEqual(refused);
  });

  it.each([
    [undefined],
    ['text'],
    [{ actions: 7, requesters: {}, condition: 1, namespaceSelector: [], approval: [1] }],
    [{ approval: { minApprovals: 'x', users: 7, groups: null } }],
  ])('of the form %j is left to the schema', (spec) => {
    expect(check(spec)).toEqual([]);
  });
});
