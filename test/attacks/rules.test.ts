import { describe, expect, it } from 'vitest';
import { apply } from '../../tools/environment/people.ts';
import { unharmed, waiting } from '../support/attack.ts';
import { withEnvironment } from '../support/environment.ts';

const environment = withEnvironment({});

async function clusterRule(name: string, spec: object): Promise<void> {
  await apply(environment().controlPlane, {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'ClusterCheckpointRule',
    metadata: { name },
    spec,
  });
  await environment().controlPlane.mustKubectl([
    'wait',
    '--for=condition=Ready',
    `cckptr/${name}`,
    '--timeout=60s',
  ]);
}

describe('a rule', () => {
  it("of a namespace's admin approves nothing that a cluster rule wants a person for", async () => {
    await clusterRule('wire-transfers', { actions: ['wire_transfer'], decision: 'RequireApproval' });
    const ns = await environment().namespace();
    await ns.rule('aaa-mine', {
      actions: ['wire_transfer'],
      condition: 'action != ""',
      decision: 'AutoApprove',
    });
    const asked = await waiting(ns, await ns.ask({ action: 'wire_transfer' }));
    expect(asked.status?.decision).toBeUndefined();
    expect(asked.status?.requirements?.[0]?.ruleRef?.name).toBe('wire-transfers');
  });

  it('of a cluster reaches a namespace that is created and used at the same moment', async () => {
    const namespaceSelector = { matchLabels: { tier: 'locked' } };
    await clusterRule('locked', { actions: ['*'], decision: 'AutoDeny', namespaceSelector });
    await clusterRule('open', { actions: ['open_*'], condition: 'action != ""', decision: 'AutoApprove' });
    const { controlPlane } = environment();
    for (let i = 0; i < 5; i += 1) {
      const namespace = `fresh-${i}`;
      const checkpoint = {
        apiVersion: 'approvalgate.dev/v1alpha1',
        kind: 'Checkpoint',
        metadata: { name: 'first', namespace },
        spec: { action: 'open_door' },
      };
      const labels = { tier: 'locked' };
      const objects = [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
        checkpoint,
      ];
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
      await controlPlane.mustKubectl(['create', '-f', '-'], { input });
      const wait = ['wait', '-n', namespace, '--for=condition=Decided', 'ckpt/first', '--timeout=60s'];
      await controlPlane.mustKubectl(wait);
      const path = 'jsonpath={.status.decision.reason}';
      const reason = await controlPlane.mustKubectl(['get', 'ckpt', 'first', '-n', namespace, '-o', path]);
      expect(reason).toBe('RuleDenied');
    }
  });

  it.each([
    ['and one of them requires an approval', 'RequireApproval'],
    ['though every one of them approves', 'AutoApprove'],
  ])('more than the lists of a status hold is not cut off: a person is asked, %s', async (_, last) => {
    const ns = await environment().namespace();
    const rules = Array.from({ length: 40 }, (_, i) => ({
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'CheckpointRule',
      metadata: { name: `rule-${i}`, namespace: ns.namespace },
      spec: { actions: ['flood'], condition: 'action != ""', decision: i < 39 ? 'AutoApprove' : last },
    }));
    await apply(environment().controlPlane, { apiVersion: 'v1', kind: 'List', items: rules });
    const ready = ['wait', '-n', ns.namespace, '--for=condition=Ready', 'ckptr', '--all', '--timeout=60s'];
    await environment().controlPlane.mustKubectl(ready);
    const asked = await waiting(ns, await ns.ask({ action: 'flood' }));
    expect(asked.status?.decision).toBeUndefined();
  });
});

describe('a rule that would hurt the evaluator', () => {
  const items = Array.from({ length: 1000 }, (_, i) => i);
  it.each([
    ['walk too far', 'items.all(a, items.all(b, items.all(c, a + b + c >= 0)))', 'fails'],
    ['hang', "items.exists(a, items.exists(b, words.contains('aaaaaaab')))", 'fails'],
    ['exhaust memory', 'items.map(a, items.map(b, words + string(a * b))).size() == 0', 'fails'],
    ['hang in a pattern', "words.matches('(a|a)*(a|a)*(a|a)*(a|a)*b')", 'fails'],
    ['overflow', '9223372036854775807 + items.size() > 0', 'fails'],
    ['divide by nothing', '1 / (items.size() - 1000) > 0', 'fails'],
    ['reach into the engine', "context.constructor.constructor('return process')() == 1", 'is refused'],
  ])('by trying to %s approves nothing and harms nobody else', async (_, condition, end) => {
    const { pid } = environment().product.operator;
    const ns = await environment().namespace();
    const hostile = { actions: ['*'], condition, decision: 'AutoApprove' };
    const context = { items, words: 'a'.repeat(20_000) };
    if (end === 'is refused') await expect(ns.rule('hostile', hostile)).rejects.toThrow('spec.condition');
    else await ns.rule('hostile', hostile);
    const { status } = await waiting(ns, await ns.ask({ context }));
    expect(status?.decision).toBeUndefined();
    expect(status?.evaluations?.map(({ result }) => result)).toEqual(end === 'fails' ? ['Error'] : undefined);
    await unharmed(environment(), pid);
  });
});
