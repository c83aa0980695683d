import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { Agent } from '../../tools/environment/agent.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { namespaceAdminFor, undecided, waiting } from '../support/attack.ts';
import { type TestNamespace, withEnvironment } from '../support/environment.ts';

const environment = withEnvironment({});
const CAMPAIGN = { action: 'send_email_campaign', context: { recipients: 5247 } };

/** Tries a change of a waiting checkpoint as somebody with every verb, and gives what kubectl said. */
async function change(ns: TestNamespace, asked: Checkpoint, ...args: string[]): Promise<string> {
  const kubeconfig = await namespaceAdminFor(ns);
  const target = ['ckpt', asked.metadata.name, '-n', ns.namespace];
  const [verb = '', ...rest] = args;
  return (await environment().controlPlane.kubectl([verb, ...target, ...rest], { kubeconfig })).stderr;
}

describe('an agent that holds every verb approves itself by nothing', () => {
  it('not by a review of its own', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask(CAMPAIGN);
    const kubeconfig = await namespaceAdminFor(ns);
    const own = await ns.review(kubeconfig, asked, 'Approve');
    expect(own.stderr).toContain('service accounts');
    const forged = await ns.review(kubeconfig, asked, 'Approve', {
      reviewer: { username: 'mia', groups: ['finance'] },
      via: { type: 'Slack', slack: { team: 'T0', user: 'U0', channel: 'C0', messageID: '1.2' } },
    });
    expect(forged.stderr).toContain('service accounts');
    await undecided(ns, asked);
  });

  it('not by writing the status, as a patch or with the whole object', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask(CAMPAIGN);
    const status = approvedStatus(asked);
    const patch = JSON.stringify({ status });
    const denied = await change(ns, asked, 'patch', '--subresource=status', '--type=merge', '-p', patch);
    expect(denied).toContain('only the operator');
    const found = await waiting(ns, asked);
    const input = JSON.stringify({ ...found, status });
    const kubeconfig = await environment().controlPlane.serviceAccount(ns.namespace, 'mighty');
    await environment().controlPlane.kubectl(['replace', '-f', '-'], { input, kubeconfig });
    await undecided(ns, asked);
  });

  it('not by a status that is there from the start', async () => {
    const ns = await environment().namespace();
    await namespaceAdminFor(ns);
    const kubeconfig = await environment().controlPlane.serviceAccount(ns.namespace, 'mighty');
    const born = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'Checkpoint',
      metadata: { name: 'born', namespace: ns.namespace },
      spec: { ...CAMPAIGN, requester: { username: 'mia' } },
      status: { decision: { outcome: 'Approved' }, settled: true },
    };
    const args = ['create', '-f', '-', '-o', 'json', '--validate=false'];
    const { stdout } = await environment()
      .controlPlane.mustKubectl(args, {
        input: JSON.stringify(born),
        kubeconfig,
      })
      .then((text) => ({ stdout: text }));
    const created = JSON.parse(stdout) as Checkpoint;
    expect(created.spec.requester?.username).toBe(`system:serviceaccount:${ns.namespace}:mighty`);
    await undecided(ns, created);
  });

  it('not by changing the question, nor who asked it', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask(CAMPAIGN);
    const cheaper = '{"spec":{"context":{"recipients":1}}}';
    expect(await change(ns, asked, 'patch', '--type=merge', '-p', cheaper)).toContain('spec is immutable');
    const kubeconfig = await environment().controlPlane.serviceAccount(ns.namespace, 'mighty');
    const other = '{"spec":{"requester":{"username":"mia"}}}';
    const args = ['patch', 'ckpt', asked.metadata.name, '-n', ns.namespace, '--type=merge', '-p', other];
    expect((await environment().controlPlane.kubectl(args, { kubeconfig })).stderr).toContain(
      'spec is immutable',
    );
    await undecided(ns, asked);
  });

  it.each([
    ['finalizers', '{"metadata":{"finalizers":["evil.example/stay"]}}'],
    [
      'owner references',
      '{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"0-0"}]}}',
    ],
  ])('not by %s, which would keep or remove what it asked', async (what, patch) => {
    const ns = await environment().namespace();
    const asked = await ns.ask(CAMPAIGN);
    expect(await change(ns, asked, 'patch', '--type=merge', '-p', patch)).toContain(
      what.replace('owner references', 'ownerReferences'),
    );
    await undecided(ns, asked);
  });

  it('not by labels and annotations, which decide nothing', async () => {
    const ns = await environment().namespace();
    const asked = await ns.ask(CAMPAIGN);
    const patch =
      '{"metadata":{"labels":{"approved":"true"},"annotations":{"approvalgate.dev/slack-channel":"C0EVIL0001"}}}';
    await change(ns, asked, 'patch', '--type=merge', '-p', patch);
    await undecided(ns, asked);
  });

  it('not by a rule: a policy keeps it from those of its namespace, RBAC from those of the cluster', async () => {
    const ns = await environment().namespace();
    const write = async (kind: string, kubeconfig: string) => {
      const input = JSON.stringify({
        apiVersion: 'approvalgate.dev/v1alpha1',
        kind,
        metadata: { name: 'mine', namespace: ns.namespace },
        spec: { actions: ['send_email_campaign'], condition: 'action != ""', decision: 'AutoApprove' },
      });
      return (await environment().controlPlane.kubectl(['create', '-f', '-'], { input, kubeconfig })).stderr;
    };
    const every = await namespaceAdminFor(ns);
    expect(await write('CheckpointRule', every)).toContain('write and delete no CheckpointRule in it');
    for (const [kind, kubeconfig] of [
      ['ClusterCheckpointRule', every],
      ['ClusterCheckpointRule', ns.agentKubeconfig],
      ['CheckpointRule', ns.agentKubeconfig],
    ] as const) {
      expect(await write(kind, kubeconfig)).toContain('cannot create resource');
    }
    await undecided(ns, await new Agent(every, ns.namespace).ask(CAMPAIGN));
  });

  it('not by deleting the rule that stops it', async () => {
    const ns = await environment().namespace();
    await ns.rule('most', { decision: 'AutoApprove', condition: 'action != ""' });
    await ns.rule('large', { decision: 'AutoDeny', condition: 'recipients > 10' });
    const kubeconfig = await namespaceAdminFor(ns);
    const remove = ['delete', 'ckptr', 'large', '-n', ns.namespace];
    expect((await environment().controlPlane.kubectl(remove, { kubeconfig })).stderr).toContain(
      'write and delete no',
    );
    const { status } = await ns.decided(await ns.ask(CAMPAIGN));
    expect(status?.decision?.reason).toBe('RuleDenied');
  });

  it('not by deleting what was decided, to ask it again', async () => {
    const ns = await environment().namespace();
    await ns.rule('no', { decision: 'AutoDeny', condition: 'recipients > 10' });
    const decided = await ns.decided(await ns.ask(CAMPAIGN));
    expect(await change(ns, decided, 'delete')).toContain('withdrawn by its requester');
    expect((await ns.read(decided))?.status?.decision?.outcome).toBe('Denied');
  });

  it('not by deleting whole collections, neither of questions nor of verdicts', async () => {
    const ns = await environment().namespace();
    await ns.rule('no', { decision: 'AutoDeny', condition: 'recipients > 10' });
    await ns.rule('two', { actions: ['wire'], decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const kubeconfig = await namespaceAdminFor(ns);
    const denied = await ns.decided(await new Agent(kubeconfig, ns.namespace).ask(CAMPAIGN));
    const waits = await waiting(ns, await ns.ask({ action: 'wire', context: { recipients: 1 } }));
    await ns.review(await environment().controlPlane.person('mia'), waits, 'Approve');
    for (const [plural, refusal] of [
      ['checkpoints', 'withdrawn by its requester'],
      ['checkpointreviews', 'cannot be taken back'],
    ] as const) {
      const all = `/apis/approvalgate.dev/v1alpha1/namespaces/${ns.namespace}/${plural}`;
      const { stderr } = await environment().controlPlane.kubectl(['delete', '--raw', all], { kubeconfig });
      expect(stderr).toContain(refusal);
    }
    expect((await ns.read(denied))?.status?.decision?.outcome).toBe('Denied');
    expect((await ns.read(waits))?.metadata.uid).toBe(waits.metadata.uid);
    expect(await ns.reviews()).toHaveLength(1);
  });
});
