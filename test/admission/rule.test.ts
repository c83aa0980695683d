import { describe, expect, it } from 'vitest';
import { withAdmission } from '../support/admission-environment.ts';

const admission = withAdmission();

function rule(kind: string, name: string, spec: object): object {
  const namespace = kind === 'CheckpointRule' ? { namespace: 'shop' } : {};
  const body = { actions: ['process_refund'], decision: 'AutoDeny', ...spec };
  return { apiVersion: 'approvalgate.dev/v1alpha1', kind, metadata: { name, ...namespace }, spec: body };
}

const put = (object: object, ...args: string[]) =>
  admission().apply(admission().cluster.kubeconfig, object, ...args);

describe.each([['CheckpointRule'], ['ClusterCheckpointRule']])('a %s', (kind) => {
  it('that compiles is stored', async () => {
    const good = rule(kind, 'good', {
      condition: 'amount > 0 && amount < 50',
      message: "'refund of ' + string(amount)",
    });
    expect((await put(good)).stderr).toBe('');
  });

  it('that does not compile is refused with every problem, line, column and caret', async () => {
    const bad = rule(kind, 'bad', {
      condition: 'amount > 0 && amount < 50 &&\n  nosuch(1)',
      message: '42',
      actions: ['a b'],
    });
    const { code, stderr } = await put(bad);
    expect(code).not.toBe(0);
    expect(stderr).toContain('spec.actions[0]: "a b" can match no action');
    expect(stderr).toMatch(/spec\.condition:2:3: .*\n {4}nosuch\(1\)\n {4}\^/);
    expect(stderr).toMatch(/spec\.message:1:1: /);
  });

  it('whose approval can never be met is refused with the path, also later', async () => {
    const name = 'unmeetable';
    const asking = (approval: object) => rule(kind, name, { decision: 'RequireApproval', approval });
    expect((await put(asking({ minApprovals: 2, users: ['mia', 'tom'] }))).stderr).toBe('');
    for (const [approval, problem] of [
      [{ minApprovals: 3, users: ['mia', 'tom'] }, 'spec.approval.minApprovals: is 3, but 2 users are named'],
      [
        { users: ['mia', 'Mia'] },
        'spec.approval.users[1]: "Mia" is the same person as spec.approval.users[0]',
      ],
      [{ users: ['system:admin'] }, 'spec.approval.users[0]: "system:admin" never reviews'],
      [{ users: ['mia '] }, 'spec.approval.users[0]: "mia " can be nobody'],
      [
        { groups: ['system:serviceaccounts'] },
        'spec.approval.groups[0]: "system:serviceaccounts" has nobody',
      ],
    ] as const) {
      expect((await put(asking(approval))).stderr).toContain(problem);
    }
  });

  it('cannot be broken later', async () => {
    await put(rule(kind, 'later', {}));
    for (const args of [[], ['--server-side', '--force-conflicts'], ['--dry-run=server']]) {
      const { stderr } = await put(rule(kind, 'later', { condition: '1 +' }), ...args);
      expect(stderr).toContain('spec.condition:1:');
    }
  });

  it('that only claims to be in deletion is checked, and one that is ends though it does not compile', async () => {
    const { cluster } = admission();
    const args = [kind.toLowerCase(), 'ending', ...(kind === 'CheckpointRule' ? ['-n', 'shop'] : [])];
    const held = rule(kind, 'ending', {}) as { metadata: object };
    await put({ ...held, metadata: { ...held.metadata, finalizers: ['example.com/held'] } });
    const patch = async (change: object) =>
      (await cluster.kubectl(['patch', ...args, '--type=merge', '-p', JSON.stringify(change)])).stderr;
    const spec = { condition: '1 +' };
    const deletionTimestamp = '2026-11-02T10:00:00Z';
    expect(await patch({ metadata: { deletionTimestamp }, spec })).toContain('field is immutable');
    expect(await patch({ spec })).toContain('spec.condition:1:');
    await cluster.mustKubectl(['delete', ...args, '--wait=false']);
    expect(await patch({ metadata: { finalizers: null }, spec })).toBe('');
    expect((await cluster.kubectl(['get', ...args])).stderr).toContain('NotFound');
  });
});

describe('a namespace selector', () => {
  it('that no namespace can have is refused', async () => {
    const namespaceSelector = {
      matchLabels: { 'no key': 'x' },
      matchExpressions: [{ key: 'env', operator: 'In', values: ['prod', 'not ok'] }],
    };
    const { stderr } = await put(rule('ClusterCheckpointRule', 'selector', { namespaceSelector }));
    expect(stderr).toContain('spec.namespaceSelector.matchLabels["no key"]: "no key" is no label key');
    expect(stderr).toContain(
      'spec.namespaceSelector.matchExpressions[0].values[1]: "not ok" is no label value',
    );
  });
});
