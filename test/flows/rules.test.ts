import { describe, expect, it } from 'vitest';
import { approver } from '../../tools/environment/people.ts';
import { withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const environment = withEnvironment({});

describe('an agent that asks', () => {
  it('is approved at once by a rule that matches, with one write and no event', async () => {
    const ns = await environment().namespace();
    await ns.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const asked = await ns.ask({ action: 'process_refund', context: { amount: 12 } });
    const { status, metadata } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'Approved',
      reason: 'RuleApproved',
      checkpointUID: metadata.uid,
    });
    expect(status?.settled).toBe(true);
    const fields = (await environment().controlPlane.mustKubectl([
      'get',
      'ckpt',
      metadata.name,
      '-n',
      ns.namespace,
      '--show-managed-fields',
      '-o',
      'json',
    ])) as string;
    const writers = (JSON.parse(fields) as { metadata: { managedFields: { subresource?: string }[] } })
      .metadata.managedFields;
    expect(writers.filter(({ subresource }) => subresource === 'status')).toHaveLength(1);
    const events = await environment().controlPlane.mustKubectl([
      'get',
      'events',
      '-n',
      ns.namespace,
      '-o',
      'name',
    ]);
    expect(events).toBe('');
  });

  it('is denied at once by a rule that forbids it, over a rule that would approve', async () => {
    const ns = await environment().namespace();
    await ns.rule('allow', { decision: 'AutoApprove', condition: 'action != ""' });
    await ns.rule('huge', { condition: 'recipients > 10000', decision: 'AutoDeny' });
    const decided = await ns.decided(await ns.ask({ context: { recipients: 12_000 } }));
    expect(decided.status?.decision).toMatchObject({
      outcome: 'Denied',
      reason: 'RuleDenied',
      decidedBy: { name: 'huge' },
    });
  });

  it('waits for a person where a rule fails, who is told why', async () => {
    const ns = await environment().namespace();
    await ns.rule('typo', { condition: 'recipents > 10000', decision: 'AutoApprove' });
    const asked = await ns.ask();
    const waiting = await eventually('a person is asked', async () => {
      const found = await ns.read(asked);
      return found?.status?.requirements ? found : undefined;
    });
    const decided = waiting.status?.conditions?.find(({ type }) => type === 'Decided');
    expect(decided).toMatchObject({ status: 'False', reason: 'AwaitingReview' });
    expect(decided?.message).toContain('there is no context key recipents');
    expect(waiting.status?.evaluations).toMatchObject([{ result: 'Error', ruleRef: { name: 'typo' } }]);
  });

  it('sees a rule in force as soon as kubectl wait says so', async () => {
    const ns = await environment().namespace();
    for (const n of [1, 2, 3]) {
      await ns.rule('changing', { condition: `level == ${n}`, decision: 'AutoDeny' });
      const decided = await ns.decided(await ns.ask({ context: { level: n } }));
      expect(decided.status?.decision?.reason).toBe('RuleDenied');
      expect(decided.status?.evaluations?.[0]?.generation).toBe(n);
    }
  });

  it('is judged by cluster rules of its namespace only', async () => {
    const ns = await environment().namespace();
    await environment().controlPlane.mustKubectl(['label', 'namespace', ns.namespace, 'tier=gold']);
    const rule = (name: string, tier: string, decision: string) =>
      environment().controlPlane.mustKubectl(['apply', '-f', '-'], {
        input: JSON.stringify({
          apiVersion: 'approvalgate.dev/v1alpha1',
          kind: 'ClusterCheckpointRule',
          metadata: { name },
          spec: {
            actions: ['tiered_*'],
            decision,
            condition: 'action != ""',
            namespaceSelector: { matchLabels: { tier } },
          },
        }),
      });
    await rule('gold', 'gold', 'AutoApprove');
    await rule('silver', 'silver', 'AutoDeny');
    await environment().controlPlane.mustKubectl([
      'wait',
      '--for=condition=Ready',
      'cckptr',
      '--all',
      '--timeout=60s',
    ]);
    const decided = await ns.decided(await ns.ask({ action: 'tiered_action' }));
    expect(decided.status?.decision).toMatchObject({
      outcome: 'Approved',
      ruleRef: { kind: 'ClusterCheckpointRule', name: 'gold' },
    });
  });

  it('times out when nobody answers, at the deadline by the API server and not before', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask({ timeoutSeconds: 10 });
    const { status, metadata } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'TimedOut',
      reason: 'Unanswered',
      decidedBy: { type: 'Deadline' },
    });
    const deadline = Date.parse(metadata.creationTimestamp ?? '') + 10_000;
    expect(Date.parse(status?.deadline ?? '')).toBe(deadline);
    expect(Date.parse(status?.decision?.decisionTime ?? '')).toBeGreaterThanOrEqual(deadline + 2_000);
  });

  it('is in progress, current or failed for GitOps tools', async () => {
    const ns = await environment().namespace();
    await ns.rule('deny', { decision: 'AutoDeny', condition: 'amount > 5' });
    await ns.rule('allow', { decision: 'AutoApprove', condition: 'amount > 0 && amount < 5' });
    const types = async (amount: number): Promise<string[]> => {
      const { status } = await ns.decided(await ns.ask({ context: { amount } }));
      return (status?.conditions ?? [])
        .filter(({ status: value }) => value === 'True')
        .map(({ type }) => type)
        .sort();
    };
    expect(await types(9)).toEqual(['Decided', 'Stalled']);
    expect(await types(1)).toEqual(['Approved', 'Decided']);
  });
});

describe('a person with kubectl', () => {
  it('decides without Slack, once and for all', async () => {
    const ns = await environment().namespace();
    const mia = await environment().controlPlane.person('mia');
    const asked = await ns.ask();
    expect((await ns.review(mia, asked, 'Approve', { reason: 'the list is clean' })).stderr).toBe('');
    const { status } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'Approved',
      reason: 'PersonApproved',
      decidedBy: { type: 'Person', name: 'mia' },
      message: 'Approved by mia: the list is clean',
    });
    const late = await ns.review(mia, asked, 'Deny');
    expect(late.stderr).toContain('already decided: Approved by mia');
  });

  it('is one of two where two are needed', async () => {
    const ns = await environment().namespace();
    await ns.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await ns.ask();
    await ns.review(await environment().controlPlane.person('mia'), asked, 'Approve');
    await ns.review(await environment().controlPlane.person('mia'), asked, 'Approve');
    await eventually('the first is stored', async () =>
      (await ns.read(asked))?.status?.requirements ? true : undefined,
    );
    expect((await ns.read(asked))?.status?.decision).toBeUndefined();
    await ns.review(await environment().controlPlane.person('tom'), asked, 'Approve');
    const { status } = await ns.decided(asked);
    expect(status?.decision?.reviews?.map(({ username }) => username).sort()).toEqual(['mia', 'tom']);
  });

  it('no longer counts once the right is taken away', async () => {
    const ns = await environment().namespace();
    await ns.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await ns.ask();
    await ns.review(await environment().controlPlane.person('mia'), asked, 'Approve');
    await environment().controlPlane.mustKubectl([
      'delete',
      'rolebinding',
      '-n',
      ns.namespace,
      'approvalgate-approver-verbs--user-mia',
    ]);
    await ns.review(await environment().controlPlane.person('tom'), asked, 'Approve');
    await ns.ask({ context: { recipients: 1 } });
    await expect(ns.decided(asked, 3_000)).rejects.toThrow('is still undecided');
    await approver(environment().controlPlane, ns.namespace, 'ann');
    await ns.review(await environment().controlPlane.person('ann'), asked, 'Approve');
    const { status } = await ns.decided(asked);
    expect(status?.decision?.reviews?.map(({ username }) => username).sort()).toEqual(['ann', 'tom']);
  });

  it('withdraws by deleting, as the requester and only while it is undecided', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask();
    const args = ['delete', 'ckpt', asked.metadata.name, '-n', ns.namespace];
    const mia = await environment().controlPlane.person('mia', ['system:masters']);
    expect((await environment().controlPlane.kubectl(args, { kubeconfig: mia })).stderr).toContain(
      'withdrawn by its requester',
    );
    expect((await environment().controlPlane.kubectl(args, { kubeconfig: ns.agentKubeconfig })).code).toBe(0);
    expect(await ns.read(asked)).toBeUndefined();
  });
});
