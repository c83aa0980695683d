import { describe, expect, it } from 'vitest';
import { API_VERSION } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { removeWebhooks } from '../../tools/cluster/install.ts';
import { Agent } from '../../tools/environment/agent.ts';
import { apply, whoami } from '../../tools/environment/people.ts';
import { mighty, waiting } from '../support/attack.ts';
import { type Room, withFlow } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

// Over HTTP no socket has to open, so that a process can be admission alone.
const flow = withFlow({ transport: 'http' });

/** Admission goes on, and nobody decides: what an attacker would wait for. */
async function withoutDecisions(): Promise<void> {
  await flow().stage.operator.stop();
  await flow().stage.startOperator(['--roles', 'webhook']);
}

async function backInService(): Promise<void> {
  await flow().stage.operator.stop();
  await flow().stage.startOperator();
}

async function outcomeOf(room: Room, asked: Checkpoint): Promise<string | undefined> {
  const found = await room.read(asked);
  return (found?.status?.decision ?? (await room.decided(asked)).status?.decision)?.reason;
}

describe('while nobody decides', () => {
  it('a review stored before the first evaluation outruns no rule that denies and no quorum', async () => {
    const [strict, quorum] = [await flow().room(), await flow().room()];
    await strict.rule('never', { decision: 'AutoDeny', condition: 'recipients > 10' });
    await quorum.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    await withoutDecisions();
    const mia = await flow().controlPlane.person('mia');
    const [denied, waits] = [await strict.ask(), await quorum.ask()];
    for (const [room, asked] of [
      [strict, denied],
      [quorum, waits],
    ] as const) {
      expect((await room.review(mia, asked, 'Approve')).stderr).toBe('');
    }
    await backInService();
    expect(await outcomeOf(strict, denied)).toBe('RuleDenied');
    expect((await waiting(quorum, waits)).status?.decision).toBeUndefined();
    const tom = await flow().controlPlane.person('tom');
    await quorum.review(tom, waits, 'Approve');
    expect(await outcomeOf(quorum, waits)).toBe('PersonApproved');
  });

  it('what has expired is not approved afterwards, neither by a rule nor by the review of nobody', async () => {
    const room = await flow().room();
    await room.rule('all', { decision: 'AutoApprove', condition: 'recipients > 10' });
    await withoutDecisions();
    const asked = await room.ask({ timeoutSeconds: 10 });
    const deadline = Date.parse(asked.metadata.creationTimestamp ?? '') + 10_000;
    await eventually('the deadline has passed', () => (Date.now() > deadline + 1_000 ? true : undefined));
    const mia = await flow().controlPlane.person('mia');
    expect((await room.review(mia, asked, 'Approve')).stderr).toContain('expired at');
    await backInService();
    expect(await outcomeOf(room, asked)).toBe('Unanswered');
  });

  it('a denial cannot be deleted before it is read, nor changed into an approval', async () => {
    const room = await flow().room();
    const attacker = await mighty(room);
    const asked = await room.ask();
    await withoutDecisions();
    const mia = await flow().controlPlane.person('mia');
    const denial = (await room.review(mia, asked, 'Deny')).stdout.split(' ')[0] ?? '';
    const { controlPlane } = flow();
    const removed = await controlPlane.kubectl(['delete', '-n', room.namespace, denial], {
      kubeconfig: attacker,
    });
    expect(removed.stderr).toContain('approvalgate-review-change');
    const approve = [
      'patch',
      '-n',
      room.namespace,
      denial,
      '--type=merge',
      '-p',
      '{"spec":{"verdict":"Approve"}}',
    ];
    const changed = await controlPlane.kubectl(approve, { kubeconfig: attacker });
    expect(changed.stderr).toContain('immutable');
    await backInService();
    expect(await outcomeOf(room, asked)).toBe('PersonDenied');
  });
});

describe('with the webhooks removed', () => {
  it('nothing is asked without its true requester, nothing decided by who may not, and no decision lost', async () => {
    const room = await flow().room();
    const attacker = await mighty(room);
    const before = await room.ask();
    await waiting(room, before);
    await removeWebhooks(flow().controlPlane);
    await eventually('admission no longer stamps', async () => {
      const { stderr } = await room.ask().then(
        () => ({ stderr: '' }),
        (error: Error) => ({ stderr: error.message }),
      );
      return stderr.includes('spec.requester') ? true : undefined;
    });
    const username = `system:serviceaccount:${room.namespace}:refund-bot`;
    const forged = room.ask({ requester: { username: 'mia' } });
    await expect(forged).rejects.toThrow('spec.requester');
    const honest = await room.ask({
      context: { n: 2 ** 60 },
      requester: await whoami(flow().controlPlane, room.agentKubeconfig),
    });
    expect(honest.spec.requester?.username).toBe(username);
    expect(await outcomeOf(room, honest)).toBe('Invalid');
    const puppet = { reviewer: await whoami(flow().controlPlane, attacker), via: { type: 'Kubernetes' } };
    expect((await room.review(attacker, before, 'Approve', puppet)).stderr).toContain(
      'service accounts and other system users never review',
    );
    const mia = await flow().controlPlane.person('mia');
    const posing = { reviewer: { username: 'tom' }, via: { type: 'Kubernetes' } };
    expect((await room.review(mia, before, 'Approve', posing)).stderr).toContain(
      'spec.reviewer must be the caller',
    );
    expect((await room.read(before))?.status?.decision).toBeUndefined();
  });

  it('a review of what bore the name before does not count for what bears it now', async () => {
    const room = await flow().room();
    const first = await room.ask(
      { requester: await whoami(flow().controlPlane, room.agentKubeconfig) },
      'again',
    );
    await waiting(room, first);
    await flow().controlPlane.mustKubectl(['delete', 'ckpt', 'again', '-n', room.namespace], {
      kubeconfig: room.agentKubeconfig,
    });
    const second = await room.ask(
      { requester: await whoami(flow().controlPlane, room.agentKubeconfig) },
      'again',
    );
    await waiting(room, second);
    const mia = await flow().controlPlane.person('mia');
    const reviewer = await whoami(flow().controlPlane, mia);
    const replay = await room.review(mia, first, 'Approve', { reviewer, via: { type: 'Kubernetes' } });
    expect(replay.stderr).toBe('');
    const now = await room.review(mia, second, 'Deny', { reviewer, via: { type: 'Kubernetes' } });
    expect(now.stderr).toBe('');
    expect(await outcomeOf(room, second)).toBe('PersonDenied');
  });

  it('a rule that can never be met is stored, is not in force, says why, and is met by nobody', async () => {
    const room = await flow().room();
    const { controlPlane } = flow();
    const approval = { minApprovals: 2, users: ['mia'] };
    const spec = { actions: ['wire'], decision: 'RequireApproval', approval };
    const name = { name: 'unmeetable', namespace: room.namespace };
    await apply(controlPlane, { apiVersion: API_VERSION, kind: 'CheckpointRule', metadata: name, spec });
    const ready = '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=InvalidApproval';
    await controlPlane.mustKubectl([
      'wait',
      'ckptr/unmeetable',
      '-n',
      room.namespace,
      ready,
      '--timeout=60s',
    ]);
    const requester = await whoami(controlPlane, room.agentKubeconfig);
    const asked = await waiting(room, await room.ask({ action: 'wire', requester }));
    const why = asked.status?.conditions?.find(({ type }) => type === 'Decided')?.message;
    expect(why).toContain('spec.approval.minApprovals: is 2, but 1 user is named and no group');
    expect(asked.status?.requirements).toMatchObject([approval]);
  });

  it('an approval of the own question is stored, and does not count', async () => {
    const room = await flow().room();
    const { controlPlane } = flow();
    const asks = ['create', 'rolebinding', 'asks', '-n', room.namespace, '--clusterrole=approvalgate-agent'];
    await controlPlane.mustKubectl([...asks, '--user=mia']);
    const verdict = async (name: string, asked: Checkpoint) => {
      const kubeconfig = await controlPlane.person(name);
      const reviewer = await whoami(controlPlane, kubeconfig);
      return room.review(kubeconfig, asked, 'Approve', { reviewer, via: { type: 'Kubernetes' } });
    };
    const mia = await controlPlane.person('mia');
    const requester = await whoami(controlPlane, mia);
    const asked = await new Agent(mia, room.namespace).ask({ action: 'wire_transfer', requester });
    await waiting(room, asked);
    expect((await verdict('mia', asked)).stderr).toBe('');
    expect((await verdict('tom', asked)).stderr).toBe('');
    const { status } = await room.decided(asked);
    expect(status?.decision?.decidedBy.name).toBe('tom');
    expect(status?.decision?.reviews?.map(({ username }) => username)).toEqual(['tom']);
  });

  it('what is too deep, or has the keys of a prototype, is denied as Invalid and harms nobody', async () => {
    const room = await flow().room();
    const { controlPlane, stage } = flow();
    const { pid } = stage.operator;
    const requester = await whoami(controlPlane, room.agentKubeconfig);
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const hostile = [deep, '{"__proto__":{"n":1e300},"constructor":{"prototype":{"n":1e300}}}'];
    for (const [index, context] of hostile.entries()) {
      const metadata = { name: `hostile-${index}`, namespace: room.namespace };
      const spec = { action: 'a', requester, context: '?' };
      const object = { apiVersion: 'approvalgate.dev/v1alpha1', kind: 'Checkpoint', metadata, spec };
      const path = `/apis/approvalgate.dev/v1alpha1/namespaces/${room.namespace}/checkpoints`;
      const input = JSON.stringify(object).replace('"?"', context);
      await controlPlane.mustKubectl(['create', '--raw', path, '-f', '-'], {
        input,
        kubeconfig: room.agentKubeconfig,
      });
      const asked = { metadata: { ...metadata, uid: '' }, spec: { action: 'a' } };
      const reason = await eventually(
        'it is decided',
        async () => (await room.read(asked))?.status?.decision?.reason,
      );
      expect(reason).toBe('Invalid');
    }
    await waiting(room, await room.ask({ requester }));
    expect([stage.operator.exited, stage.operator.pid]).toEqual([false, pid]);
  });
});
