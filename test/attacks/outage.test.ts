import { describe, expect, it } from 'vitest';
import { API_VERSION } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { removeWebhooks } from '../../tools/cluster/install.ts';
import { Agent } from '../../tools/environment/agent.ts';
import { apply, whoami } from '../../tools/environment/people.ts';
import { namespaceAdminFor, waiting } from '../support/attack.ts';
import { type TestNamespace, withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

// Over HTTP no socket has to open, so that a process can be admission alone.
const environment = withEnvironment({ transport: 'http' });

/** Admission goes on, and nobody decides: what an attacker would wait for. */
async function withoutDecisions(): Promise<void> {
  await environment().product.operator.stop();
  await environment().product.startOperator(['--roles', 'webhook']);
}

async function backInService(): Promise<void> {
  await environment().product.operator.stop();
  await environment().product.startOperator();
}

async function outcomeOf(ns: TestNamespace, asked: Checkpoint): Promise<string | undefined> {
  const found = await ns.read(asked);
  return (found?.status?.decision ?? (await ns.decided(asked)).status?.decision)?.reason;
}

describe('while nobody decides', () => {
  it('a review stored before the first evaluation outruns no rule that denies and no quorum', async () => {
    const [strict, quorum] = [await environment().namespace(), await environment().namespace()];
    await strict.rule('never', { decision: 'AutoDeny', condition: 'recipients > 10' });
    await quorum.rule('two', { decision: 'RequireApproval', approval: { minApprovals: 2 } });
    await withoutDecisions();
    const mia = await environment().controlPlane.person('mia');
    const [denied, waits] = [await strict.ask(), await quorum.ask()];
    for (const [ns, asked] of [
      [strict, denied],
      [quorum, waits],
    ] as const) {
      expect((await ns.review(mia, asked, 'Approve')).stderr).toBe('');
    }
    await backInService();
    expect(await outcomeOf(strict, denied)).toBe('RuleDenied');
    expect((await waiting(quorum, waits)).status?.decision).toBeUndefined();
    const tom = await environment().controlPlane.person('tom');
    await quorum.review(tom, waits, 'Approve');
    expect(await outcomeOf(quorum, waits)).toBe('PersonApproved');
  });

  it('what has expired is not approved afterwards, neither by a rule nor by the review of nobody', async () => {
    const ns = await environment().namespace();
    await ns.rule('all', { decision: 'AutoApprove', condition: 'recipients > 10' });
    await withoutDecisions();
    const asked = await ns.ask({ timeoutSeconds: 10 });
    const deadline = Date.parse(asked.metadata.creationTimestamp ?? '') + 10_000;
    await eventually('the deadline has passed', () => (Date.now() > deadline + 1_000 ? true : undefined));
    const mia = await environment().controlPlane.person('mia');
    expect((await ns.review(mia, asked, 'Approve')).stderr).toContain('expired at');
    await backInService();
    expect(await outcomeOf(ns, asked)).toBe('Unanswered');
  });

  it('a denial cannot be deleted before it is read, nor changed into an approval', async () => {
    const ns = await environment().namespace();
    const attacker = await namespaceAdminFor(ns);
    const asked = await ns.ask();
    await withoutDecisions();
    const mia = await environment().controlPlane.person('mia');
    const denial = (await ns.review(mia, asked, 'Deny')).stdout.split(' ')[0] ?? '';
    const { controlPlane } = environment();
    const removed = await controlPlane.kubectl(['delete', '-n', ns.namespace, denial], {
      kubeconfig: attacker,
    });
    expect(removed.stderr).toContain('approvalgate-review-change');
    const approve = [
      'patch',
      '-n',
      ns.namespace,
      denial,
      '--type=merge',
      '-p',
      '{"spec":{"verdict":"Approve"}}',
    ];
    const changed = await controlPlane.kubectl(approve, { kubeconfig: attacker });
    expect(changed.stderr).toContain('immutable');
    await backInService();
    expect(await outcomeOf(ns, asked)).toBe('PersonDenied');
  });
});

describe('with the webhooks removed', () => {
  it('nothing is asked without its true requester, nothing decided by who may not, and no decision lost', async () => {
    const ns = await environment().namespace();
    const attacker = await namespaceAdminFor(ns);
    const before = await ns.ask();
    await waiting(ns, before);
    await removeWebhooks(environment().controlPlane);
    await eventually('admission no longer stamps', async () => {
      const { stderr } = await ns.ask().then(
        () => ({ stderr: '' }),
        (error: Error) => ({ stderr: error.message }),
      );
      return stderr.includes('spec.requester') ? true : undefined;
    });
    const username = `system:serviceaccount:${ns.namespace}:refund-bot`;
    const forged = ns.ask({ requester: { username: 'mia' } });
    await expect(forged).rejects.toThrow('spec.requester');
    const honest = await ns.ask({
      context: { n: 2 ** 60 },
      requester: await whoami(environment().controlPlane, ns.agentKubeconfig),
    });
    expect(honest.spec.requester?.username).toBe(username);
    expect(await outcomeOf(ns, honest)).toBe('Invalid');
    const puppet = {
      reviewer: await whoami(environment().controlPlane, attacker),
      via: { type: 'Kubernetes' },
    };
    expect((await ns.review(attacker, before, 'Approve', puppet)).stderr).toContain(
      'service accounts and other system users never review',
    );
    const mia = await environment().controlPlane.person('mia');
    const posing = { reviewer: { username: 'tom' }, via: { type: 'Kubernetes' } };
    expect((await ns.review(mia, before, 'Approve', posing)).stderr).toContain(
      'spec.reviewer must be the caller',
    );
    expect((await ns.read(before))?.status?.decision).toBeUndefined();
  });

  it('a review of what bore the name before does not count for what bears it now', async () => {
    const ns = await environment().namespace();
    const first = await ns.ask(
      { requester: await whoami(environment().controlPlane, ns.agentKubeconfig) },
      'again',
    );
    await waiting(ns, first);
    await environment().controlPlane.mustKubectl(['delete', 'ckpt', 'again', '-n', ns.namespace], {
      kubeconfig: ns.agentKubeconfig,
    });
    const second = await ns.ask(
      { requester: await whoami(environment().controlPlane, ns.agentKubeconfig) },
      'again',
    );
    await waiting(ns, second);
    const mia = await environment().controlPlane.person('mia');
    const reviewer = await whoami(environment().controlPlane, mia);
    const replay = await ns.review(mia, first, 'Approve', { reviewer, via: { type: 'Kubernetes' } });
    expect(replay.stderr).toBe('');
    const now = await ns.review(mia, second, 'Deny', { reviewer, via: { type: 'Kubernetes' } });
    expect(now.stderr).toBe('');
    expect(await outcomeOf(ns, second)).toBe('PersonDenied');
  });

  it('a rule that can never be met is stored, is not in force, says why, and is met by nobody', async () => {
    const ns = await environment().namespace();
    const { controlPlane } = environment();
    const approval = { minApprovals: 2, users: ['mia'] };
    const spec = { actions: ['wire'], decision: 'RequireApproval', approval };
    const name = { name: 'unmeetable', namespace: ns.namespace };
    await apply(controlPlane, { apiVersion: API_VERSION, kind: 'CheckpointRule', metadata: name, spec });
    const ready = '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=InvalidApproval';
    await controlPlane.mustKubectl(['wait', 'ckptr/unmeetable', '-n', ns.namespace, ready, '--timeout=60s']);
    const requester = await whoami(controlPlane, ns.agentKubeconfig);
    const asked = await waiting(ns, await ns.ask({ action: 'wire', requester }));
    const why = asked.status?.conditions?.find(({ type }) => type === 'Decided')?.message;
    expect(why).toContain('spec.approval.minApprovals: is 2, but 1 user is named and no group');
    expect(asked.status?.requirements).toMatchObject([approval]);
  });

  it('an approval of the own question is stored, and does not count', async () => {
    const ns = await environment().namespace();
    const { controlPlane } = environment();
    const asks = ['create', 'rolebinding', 'asks', '-n', ns.namespace, '--clusterrole=approvalgate-agent'];
    await controlPlane.mustKubectl([...asks, '--user=mia']);
    const verdict = async (name: string, asked: Checkpoint) => {
      const kubeconfig = await controlPlane.person(name);
      const reviewer = await whoami(controlPlane, kubeconfig);
      return ns.review(kubeconfig, asked, 'Approve', { reviewer, via: { type: 'Kubernetes' } });
    };
    const mia = await controlPlane.person('mia');
    const requester = await whoami(controlPlane, mia);
    const asked = await new Agent(mia, ns.namespace).ask({ action: 'wire_transfer', requester });
    await waiting(ns, asked);
    expect((await verdict('mia', asked)).stderr).toBe('');
    expect((await verdict('tom', asked)).stderr).toBe('');
    const { status } = await ns.decided(asked);
    expect(status?.decision?.decidedBy.name).toBe('tom');
    expect(status?.decision?.reviews?.map(({ username }) => username)).toEqual(['tom']);
  });

  it('what is too deep, or has the keys of a prototype, is denied as Invalid and harms nobody', async () => {
    const ns = await environment().namespace();
    const { controlPlane, product } = environment();
    const { pid } = product.operator;
    const requester = await whoami(controlPlane, ns.agentKubeconfig);
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const hostile = [deep, '{"__proto__":{"n":1e300},"constructor":{"prototype":{"n":1e300}}}'];
    for (const [index, context] of hostile.entries()) {
      const metadata = { name: `hostile-${index}`, namespace: ns.namespace };
      const spec = { action: 'a', requester, context: '?' };
      const object = { apiVersion: 'approvalgate.dev/v1alpha1', kind: 'Checkpoint', metadata, spec };
      const path = `/apis/approvalgate.dev/v1alpha1/namespaces/${ns.namespace}/checkpoints`;
      const input = JSON.stringify(object).replace('"?"', context);
      await controlPlane.mustKubectl(['create', '--raw', path, '-f', '-'], {
        input,
        kubeconfig: ns.agentKubeconfig,
      });
      const asked = { metadata: { ...metadata, uid: '' }, spec: { action: 'a' } };
      const reason = await eventually(
        'it is decided',
        async () => (await ns.read(asked))?.status?.decision?.reason,
      );
      expect(reason).toBe('Invalid');
    }
    await waiting(ns, await ns.ask({ requester }));
    expect([product.operator.exited, product.operator.pid]).toEqual([false, pid]);
  });
});
