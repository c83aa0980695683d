import { describe, expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { undecided, waiting } from '../support/attack.ts';
import { withEnvironment } from '../support/environment.ts';

const environment = withEnvironment({});

function withdraw(agent: KubeClient, { metadata }: Checkpoint): Promise<void> {
  const { namespace = '', name, uid = '' } = metadata;
  return agent.delete(CHECKPOINTS, { namespace, name }, { uid });
}

describe('an agent that swaps a cheap question for a costly one of the same name', () => {
  const CHEAP = { action: 'process_refund', context: { amount: 1 } };
  const COSTLY = { action: 'process_refund', context: { amount: 9000 } };

  it('gains nothing between the decision and its write: the write is of the object that was judged', async () => {
    const ns = await environment().namespace();
    const cheap = await ns.ask({ ...CHEAP, timeoutSeconds: 3600 }, 'swap');
    const judged = await waiting(ns, cheap);
    const agent = kubeconfigClient(ns.agentKubeconfig);
    await withdraw(agent, judged);
    const costly = await ns.ask(COSTLY, 'swap');
    const operator = kubeconfigClient(environment().product.installation.operatorKubeconfig);
    const current = await waiting(ns, costly);
    const { resourceVersion = '' } = current.metadata;
    const status = { ...approvedStatus(current), decision: approvedStatus(judged).decision };
    const write = (object: Checkpoint) => operator.patchStatus(CHECKPOINTS, object, status);
    await expect(write(judged)).rejects.toMatchObject({ status: 409 });
    const renewed = { ...judged, metadata: { ...judged.metadata, resourceVersion } };
    await expect(write(renewed)).rejects.toThrow('checkpointUID is not the uid');
    await expect(write(current)).rejects.toThrow('checkpointUID is not the uid');
    await undecided(ns, costly);
    await Promise.all([agent.close(), operator.close()]);
  });

  it('gains nothing by speed either', async () => {
    const ns = await environment().namespace();
    await ns.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const agent = kubeconfigClient(ns.agentKubeconfig);
    const costly: Checkpoint[] = [];
    for (let i = 0; i < 400 && costly.length < 20; i += 1) {
      const cheap = await ns.ask(CHEAP, `race-${i}`);
      const refusal = await withdraw(agent, cheap).catch((error: Error) => error);
      if (refusal === undefined) costly.push(await ns.ask(COSTLY, `race-${i}`));
      else expect(refusal.message, 'the decision was faster').toContain('once decided it is deleted by');
    }
    expect(costly.length).toBeGreaterThan(0);
    for (const each of costly) await undecided(ns, each);
    await agent.close();
  });

  it('is told by its own wait that the question it holds is gone', async () => {
    const ns = await environment().namespace();
    const first = await ns.ask({ ...CHEAP, timeoutSeconds: 3600 }, 'waited-for');
    await waiting(ns, first);
    const wait = ns.decided(first);
    const gone = expect(wait).rejects.toThrow('withdrawn');
    const agent = kubeconfigClient(ns.agentKubeconfig);
    await withdraw(agent, first);
    await ns.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    await ns.ask(CHEAP, 'waited-for');
    await gone;
    await agent.close();
  });
});
