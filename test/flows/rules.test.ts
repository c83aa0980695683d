import { describe, expect, it } from 'vitest';
import { approver } from '../../tools/environment/people.ts';
import { withFlow } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const flow = withFlow({});

describe('an agent that asks', () => {
  it('is approved at once by a rule that matches, with one write and no event', async () => {
    const room = await flow().room();
    await room.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const asked = await room.ask({ action: 'process_refund', context: { amount: 12 } });
    const { status, metadata } = await room.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'Approved',
      reason: 'RuleApproved',
      checkpointUID: metadata.uid,
    });
    expect(status?.settled).toBe(true);
    const fields = (await flow().controlPlane.mustKubectl([
      'get',
      'ckpt',
      metadata.name,
      '-n',
      room.namespace,
      '--show-managed-fields',
      '-o',
      'json',
    ])) as string;
    const writers = (JSON.parse(fields) as { metadata: { managedFields: { subresource?: string }[] } })
      .metadata.managedFields;
    expect(writers.filter(({ subresource }) => subresource === 'status')).toHaveLength(1);
    const events = await flow().controlPlane.mustKubectl([
      'get',
      'events',
      '-n',
      room.namespace,
      '-o',
      'name',
    ]);
    expect(events).toBe('');
  });

  it('is denied at once by a rule that forbids it, over a rule that would approve', async () => {
    const room = await flow().room();
    await room.rule('allow', { decision: 'AutoApprove', condition: 'action != ""' });
    await room.rule('huge', { condition: 'recipients > 10000', decision: 'AutoDeny' });
    const decided = await room.decided(await room.ask({ context: { recipients: 12_000 } }));
    expect(decided.status?.decision).toMatchObject({
      outcome: 'Denied',
      reason: 'RuleDenied',
      decidedBy: { name: 'huge' },
    });
  });

  it('waits for a person where a rule fails, who is told why', async () => {
    const room = await flow().room();
    await room.rule('typo', { condition: 'recipents > 10000', decision: 'AutoApprove' });
    const asked = await room.ask();
    const waiting = await eventually('a person is asked', async () => {
      const found = await room.read(asked);
      return found?.status?.requirements ? found : undefined;
    });
    const decided = waiting.status?.conditions?.find(({ type }) => type === 'Decided');
    expect(decided).toMatchObject({ status: 'False', reason: 'AwaitingReview' });
    expect(decided?.message).toContain('there is no context key recipents');
    expect(waiting.status?.evaluations).toMatchObject([{ result: 'Error', ruleRef: { name: 'typo' } }]);
  });

  it('sees a rule in force as soon as kubectl wait says so', async () => {
    const room = await flow().room();
    for (const n of [1, 2, 3]) {
      await room.rule('changing', { condition: `level == ${n}`, decision: 'AutoDeny' });
      const decided = await room.decided(await room.ask({ context: { level: n } }));
      expect(decided.status?.decision?.reason).toBe('RuleDenied');
      expect(decided.status?.evaluations?.[0]?.generation).toBe(n);
    }
  });

  it('is judged by cluster rules of its namespace only', async () => {
    const room = await flow().room();
    await flow().controlPlane.mustKubectl(['label', 'namespace', room.namespace, 'tier=gold']);
    const rule = (name: string, tier: string, decision: string) =>
      flow().controlPlane.mustKubectl(['apply', '-f', '-'], {
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
    await flow().controlPlane.mustKubectl([
      'wait',
      '--for=condition=Ready',
      'cckptr',
      '--all',
      '--timeout=60s',
    ]);
    const decided = await room.decided(await room.ask({ action: 'tiered_action' }));
    expect(decided.status?.decision).toMatchObject({
      outcome: 'Approved',
      ruleRef: { kind: 'ClusterCheckpointRule', name: 'gold' },
    });
  });

  it('times out when nobody answers, at the deadline by the API server and not before', async () => {
    const room = await flow().room();
    const asked = await room.ask({ timeoutSeconds: 10 });
    const { status, metadata } = await room.decided(asked);
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
    const room = await flow().room();
    await room.rule('deny', { decision: 'AutoDeny', condition: 'amount > 5' });
    await room.rule('allow', { decision: 'AutoApprove', condition: 'amount > 0 && amount < 5' });
    const types = async (amount: number): Promise<string[]> => {
      const { status } = await room.decided(await room.ask({ context: { amount } }));
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
    const room = await flow().room();
    const mia = await flow().controlPlane.person('mia');
    const asked = await room.ask();
    expect((await room.review(mia, asked, 'Approve', { reason: 'the list is clean' })).stderr).toBe('');
    const { status } = await room.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'Approved',
      reason: 'PersonApproved',
      decidedBy: { type: 'Person', name: 'mia' },
      message: 'Approved by mia: the list is clean',
    });
    const late = await room.review(mia, asked, 'Deny');
    expect(late.stderr).toContain('already decided: Approved by mia');
  });

  it('is one of two where two are needed', async () => {
    const room = await flow().room();
    await room.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await room.ask();
    await room.review(await flow().controlPlane.person('mia'), asked, 'Approve');
    await room.review(await flow().controlPlane.person('mia'), asked, 'Approve');
    await eventually('the first is stored', async () =>
      (await room.read(asked))?.status?.requirements ? true : undefined,
    );
    expect((await room.read(asked))?.status?.decision).toBeUndefined();
    await room.review(await flow().controlPlane.person('tom'), asked, 'Approve');
    const { status } = await room.decided(asked);
    expect(status?.decision?.reviews?.map(({ username }) => username).sort()).toEqual(['mia', 'tom']);
  });

  it('no longer counts once the right is taken away', async () => {
    const room = await flow().room();
    await room.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const asked = await room.ask();
    await room.review(await flow().controlPlane.person('mia'), asked, 'Approve');
    await flow().controlPlane.mustKubectl([
      'delete',
      'rolebinding',
      '-n',
      room.namespace,
      'approvalgate-approver-verbs--user-mia',
    ]);
    await room.review(await flow().controlPlane.person('tom'), asked, 'Approve');
    await room.ask({ context: { recipients: 1 } });
    await expect(room.decided(asked, 3_000)).rejects.toThrow('is still undecided');
    await approver(flow().controlPlane, room.namespace, 'ann');
    await room.review(await flow().controlPlane.person('ann'), asked, 'Approve');
    const { status } = await room.decided(asked);
    expect(status?.decision?.reviews?.map(({ username }) => username).sort()).toEqual(['ann', 'tom']);
  });

  it('withdraws by deleting, as the requester and only while it is undecided', async () => {
    const room = await flow().room();
    const asked = await room.ask();
    const args = ['delete', 'ckpt', asked.metadata.name, '-n', room.namespace];
    const mia = await flow().controlPlane.person('mia', ['system:masters']);
    expect((await flow().controlPlane.kubectl(args, { kubeconfig: mia })).stderr).toContain(
      'withdrawn by its requester',
    );
    expect((await flow().controlPlane.kubectl(args, { kubeconfig: room.agentKubeconfig })).code).toBe(0);
    expect(await room.read(asked)).toBeUndefined();
  });
});
