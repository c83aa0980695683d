import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { Agent } from '../../tools/environment/agent.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { mighty, undecided, waiting } from '../support/attack.ts';
import { type Room, withFlow } from '../support/environment.ts';

const flow = withFlow({});
const CAMPAIGN = { action: 'send_email_campaign', context: { recipients: 5247 } };

/** Tries a change of a waiting checkpoint as somebody with every verb, and gives what kubectl said. */
async function change(room: Room, asked: Checkpoint, ...args: string[]): Promise<string> {
  const kubeconfig = await mighty(room);
  const target = ['ckpt', asked.metadata.name, '-n', room.namespace];
  const [verb = '', ...rest] = args;
  return (await flow().controlPlane.kubectl([verb, ...target, ...rest], { kubeconfig })).stderr;
}

describe('an agent that holds every verb approves itself by nothing', () => {
  it('not by a review of its own', async () => {
    const room = await flow().room();
    const asked = await room.ask(CAMPAIGN);
    const kubeconfig = await mighty(room);
    const own = await room.review(kubeconfig, asked, 'Approve');
    expect(own.stderr).toContain('service accounts');
    const forged = await room.review(kubeconfig, asked, 'Approve', {
      reviewer: { username: 'mia', groups: ['finance'] },
      via: { type: 'Slack', slack: { team: 'T0', user: 'U0', channel: 'C0', messageID: '1.2' } },
    });
    expect(forged.stderr).toContain('service accounts');
    await undecided(room, asked);
  });

  it('not by writing the status, as a patch or with the whole object', async () => {
    const room = await flow().room();
    const asked = await room.ask(CAMPAIGN);
    const status = approvedStatus(asked);
    const patch = JSON.stringify({ status });
    const denied = await change(room, asked, 'patch', '--subresource=status', '--type=merge', '-p', patch);
    expect(denied).toContain('only the operator');
    const found = await waiting(room, asked);
    const input = JSON.stringify({ ...found, status });
    const kubeconfig = await flow().controlPlane.serviceAccount(room.namespace, 'mighty');
    await flow().controlPlane.kubectl(['replace', '-f', '-'], { input, kubeconfig });
    await undecided(room, asked);
  });

  it('not by a status that is there from the start', async () => {
    const room = await flow().room();
    await mighty(room);
    const kubeconfig = await flow().controlPlane.serviceAccount(room.namespace, 'mighty');
    const born = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'Checkpoint',
      metadata: { name: 'born', namespace: room.namespace },
      spec: { ...CAMPAIGN, requester: { username: 'mia' } },
      status: { decision: { outcome: 'Approved' }, settled: true },
    };
    const args = ['create', '-f', '-', '-o', 'json', '--validate=false'];
    const { stdout } = await flow()
      .controlPlane.mustKubectl(args, {
        input: JSON.stringify(born),
        kubeconfig,
      })
      .then((text) => ({ stdout: text }));
    const created = JSON.parse(stdout) as Checkpoint;
    expect(created.spec.requester?.username).toBe(`system:serviceaccount:${room.namespace}:mighty`);
    await undecided(room, created);
  });

  it('not by changing the question, nor who asked it', async () => {
    const room = await flow().room();
    const asked = await room.ask(CAMPAIGN);
    const cheaper = '{"spec":{"context":{"recipients":1}}}';
    expect(await change(room, asked, 'patch', '--type=merge', '-p', cheaper)).toContain('spec is immutable');
    const kubeconfig = await flow().controlPlane.serviceAccount(room.namespace, 'mighty');
    const other = '{"spec":{"requester":{"username":"mia"}}}';
    const args = ['patch', 'ckpt', asked.metadata.name, '-n', room.namespace, '--type=merge', '-p', other];
    expect((await flow().controlPlane.kubectl(args, { kubeconfig })).stderr).toContain('spec is immutable');
    await undecided(room, asked);
  });

  it.each([
    ['finalizers', '{"metadata":{"finalizers":["evil.example/stay"]}}'],
    [
      'owner references',
      '{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"0-0"}]}}',
    ],
  ])('not by %s, which would keep or remove what it asked', async (what, patch) => {
    const room = await flow().room();
    const asked = await room.ask(CAMPAIGN);
    expect(await change(room, asked, 'patch', '--type=merge', '-p', patch)).toContain(
      what.replace('owner references', 'ownerReferences'),
    );
    await undecided(room, asked);
  });

  it('not by labels and annotations, which decide nothing', async () => {
    const room = await flow().room();
    const asked = await room.ask(CAMPAIGN);
    const patch =
      '{"metadata":{"labels":{"approved":"true"},"annotations":{"approvalgate.dev/slack-channel":"C0EVIL0001"}}}';
    await change(room, asked, 'patch', '--type=merge', '-p', patch);
    await undecided(room, asked);
  });

  it('not by a rule: a policy keeps it from those of its namespace, RBAC from those of the cluster', async () => {
    const room = await flow().room();
    const write = async (kind: string, kubeconfig: string) => {
      const input = JSON.stringify({
        apiVersion: 'approvalgate.dev/v1alpha1',
        kind,
        metadata: { name: 'mine', namespace: room.namespace },
        spec: { actions: ['send_email_campaign'], condition: 'action != ""', decision: 'AutoApprove' },
      });
      return (await flow().controlPlane.kubectl(['create', '-f', '-'], { input, kubeconfig })).stderr;
    };
    const every = await mighty(room);
    expect(await write('CheckpointRule', every)).toContain('write and delete no CheckpointRule in it');
    for (const [kind, kubeconfig] of [
      ['ClusterCheckpointRule', every],
      ['ClusterCheckpointRule', room.agentKubeconfig],
      ['CheckpointRule', room.agentKubeconfig],
    ] as const) {
      expect(await write(kind, kubeconfig)).toContain('cannot create resource');
    }
    await undecided(room, await new Agent(every, room.namespace).ask(CAMPAIGN));
  });

  it('not by deleting the rule that stops it', async () => {
    const room = await flow().room();
    await room.rule('most', { decision: 'AutoApprove', condition: 'action != ""' });
    await room.rule('large', { decision: 'AutoDeny', condition: 'recipients > 10' });
    const kubeconfig = await mighty(room);
    const remove = ['delete', 'ckptr', 'large', '-n', room.namespace];
    expect((await flow().controlPlane.kubectl(remove, { kubeconfig })).stderr).toContain(
      'write and delete no',
    );
    const { status } = await room.decided(await room.ask(CAMPAIGN));
    expect(status?.decision?.reason).toBe('RuleDenied');
  });

  it('not by deleting what was decided, to ask it again', async () => {
    const room = await flow().room();
    await room.rule('no', { decision: 'AutoDeny', condition: 'recipients > 10' });
    const decided = await room.decided(await room.ask(CAMPAIGN));
    expect(await change(room, decided, 'delete')).toContain('withdrawn by its requester');
    expect((await room.read(decided))?.status?.decision?.outcome).toBe('Denied');
  });

  it('not by deleting whole collections, neither of questions nor of verdicts', async () => {
    const room = await flow().room();
    await room.rule('no', { decision: 'AutoDeny', condition: 'recipients > 10' });
    await room.rule('two', { actions: ['wire'], decision: 'RequireApproval', approval: { minApprovals: 2 } });
    const kubeconfig = await mighty(room);
    const denied = await room.decided(await new Agent(kubeconfig, room.namespace).ask(CAMPAIGN));
    const waits = await waiting(room, await room.ask({ action: 'wire', context: { recipients: 1 } }));
    await room.review(await flow().controlPlane.person('mia'), waits, 'Approve');
    for (const [plural, refusal] of [
      ['checkpoints', 'withdrawn by its requester'],
      ['checkpointreviews', 'cannot be taken back'],
    ] as const) {
      const all = `/apis/approvalgate.dev/v1alpha1/namespaces/${room.namespace}/${plural}`;
      const { stderr } = await flow().controlPlane.kubectl(['delete', '--raw', all], { kubeconfig });
      expect(stderr).toContain(refusal);
    }
    expect((await room.read(denied))?.status?.decision?.outcome).toBe('Denied');
    expect((await room.read(waits))?.metadata.uid).toBe(waits.metadata.uid);
    expect(await room.reviews()).toHaveLength(1);
  });
});
