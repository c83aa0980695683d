import { describe, expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { loadKubeClient } from '../../operator/kube/config.ts';
import { approvedStatus } from '../../tools/stage/approved-status.ts';
import { mighty, waiting } from '../support/attack.ts';
import { type Room, withFlow } from '../support/stage.ts';

const flow = withFlow({});
const CAMPAIGN = { action: 'send_email_campaign', context: { recipients: 5247 } };

/** Tries a change of a waiting checkpoint as somebody with every verb, and gives what kubectl said. */
async function change(room: Room, asked: Checkpoint, ...args: string[]): Promise<string> {
  const kubeconfig = await mighty(room);
  const target = ['ckpt', asked.metadata.name, '-n', room.namespace];
  const [verb = '', ...rest] = args;
  return (await flow().controlPlane.kubectl([verb, ...target, ...rest], { kubeconfig })).stderr;
}

function withdraw(agent: KubeClient, { metadata }: Checkpoint): Promise<void> {
  const { namespace = '', name, uid = '' } = metadata;
  return agent.delete(CHECKPOINTS, { namespace, name }, { uid });
}

async function undecided(room: Room, asked: Checkpoint): Promise<void> {
  expect((await waiting(room, asked)).status?.decision).toBeUndefined();
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

  it('not by a rule, which takes a right that the role of agents lacks', async () => {
    const room = await flow().room();
    const rule = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'CheckpointRule',
      metadata: { name: 'mine', namespace: room.namespace },
      spec: { actions: ['send_email_campaign'], condition: 'true', decision: 'AutoApprove' },
    };
    for (const kind of ['CheckpointRule', 'ClusterCheckpointRule']) {
      const { stderr } = await flow().controlPlane.kubectl(['create', '-f', '-'], {
        input: JSON.stringify({ ...rule, kind }),
        kubeconfig: room.agentKubeconfig,
      });
      expect(stderr).toContain('forbidden');
    }
    await undecided(room, await room.ask(CAMPAIGN));
  });

  it('not by deleting what was decided, to ask it again', async () => {
    const room = await flow().room();
    await room.rule('no', { decision: 'AutoDeny', condition: 'recipients > 10' });
    const decided = await room.decided(await room.ask(CAMPAIGN));
    expect(await change(room, decided, 'delete')).toContain('withdrawn by its requester');
    expect((await room.read(decided))?.status?.decision?.outcome).toBe('Denied');
  });
});

describe('an agent that swaps a cheap question for a costly one of the same name', () => {
  const CHEAP = { action: 'process_refund', context: { amount: 1 } };
  const COSTLY = { action: 'process_refund', context: { amount: 9000 } };

  it('gains nothing between the decision and its write: the write is of the object that was judged', async () => {
    const room = await flow().room();
    const cheap = await room.ask({ ...CHEAP, timeoutSeconds: 3600 }, 'swap');
    const judged = await waiting(room, cheap);
    const agent = loadKubeClient({ kubeconfig: room.agentKubeconfig });
    await withdraw(agent, judged);
    const costly = await room.ask(COSTLY, 'swap');
    const operator = loadKubeClient({ kubeconfig: flow().stage.installation.operatorKubeconfig });
    const current = await waiting(room, costly);
    const { resourceVersion = '' } = current.metadata;
    const status = { ...approvedStatus(current), decision: approvedStatus(judged).decision };
    const write = (object: Checkpoint) => operator.patchStatus(CHECKPOINTS, object, status);
    await expect(write(judged)).rejects.toMatchObject({ status: 409 });
    await expect(write({ ...judged, metadata: { ...judged.metadata, resourceVersion } })).rejects.toThrow();
    await expect(write(current)).rejects.toThrow('checkpointUID is not the uid');
    await undecided(room, costly);
    await Promise.all([agent.close(), operator.close()]);
  });

  it('gains nothing by speed either', async () => {
    const room = await flow().room();
    await room.rule('small', { condition: 'amount < 50', decision: 'AutoApprove' });
    const agent = loadKubeClient({ kubeconfig: room.agentKubeconfig });
    const costly: Checkpoint[] = [];
    for (let i = 0; i < 40; i += 1) {
      const cheap = await room.ask(CHEAP, `race-${i}`);
      // Refused where the decision was faster.
      const gone = await withdraw(agent, cheap).then(
        () => true,
        () => false,
      );
      if (gone) costly.push(await room.ask(COSTLY, `race-${i}`));
    }
    expect(costly.length).toBeGreaterThan(0);
    for (const each of costly) await undecided(room, each);
    await agent.close();
  });

  it('is told by its own wait that the question it holds is gone', async () => {
    const room = await flow().room();
    const first = await room.ask({ ...CHEAP, timeoutSeconds: 3600 }, 'waited-for');
    await waiting(room, first);
    const wait = room.decided(first);
    const gone = expect(wait).rejects.toThrow('withdrawn');
    const agent = loadKubeClient({ kubeconfig: room.agentKubeconfig });
    await withdraw(agent, first);
    await room.rule('small', { condition: 'amount < 50', decision: 'AutoApprove' });
    await room.ask(CHEAP, 'waited-for');
    await gone;
    await agent.close();
  });
});
