import { expect, it, onTestFinished } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { Agent } from '../../tools/environment/agent.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withApiServer } from '../support/api-server.ts';

const apiServer = withApiServer();
const WATCH_SECONDS = 1;
const SEVERAL_WATCHES_MS = 3_500;

const longer = () => new Promise((resolve) => setTimeout(resolve, SEVERAL_WATCHES_MS));

/** What an agent whose watches are short learns of a checkpoint that it waits for. */
function awaited(asked: Checkpoint, ms = 60_000): Promise<Checkpoint> {
  const agent = new Agent(apiServer().plane.kubeconfig, 'default', WATCH_SECONDS);
  onTestFinished(() => agent.close());
  return agent.decision(asked, AbortSignal.timeout(ms));
}

it('an agent waits for longer than the server lets one watch live', async () => {
  const asked = await apiServer().asked();
  const decision = awaited(asked);
  await longer();
  await apiServer().operator.patchStatus(CHECKPOINTS, asked, approvedStatus(asked));
  expect((await decision).status?.decision?.outcome).toBe('Approved');
});

it('an agent learns that its checkpoint is gone, also where another bears its name by then', async () => {
  const asked = await apiServer().asked({}, { name: 'namesake', namespace: 'default' });
  const decision = expect(awaited(asked)).rejects.toThrow('namesake was withdrawn');
  await longer();
  await apiServer().plane.mustKubectl(['delete', 'ckpt', 'namesake'], {
    kubeconfig: apiServer().operatorKubeconfig,
  });
  const anew = await apiServer().asked({}, { name: 'namesake', namespace: 'default' });
  await apiServer().operator.patchStatus(CHECKPOINTS, anew, approvedStatus(anew));
  await decision;
  await expect(awaited(asked)).rejects.toThrow('namesake was withdrawn');
});

it('an agent that gives up says that nothing was decided', async () => {
  const asked = await apiServer().asked({}, { name: 'open', namespace: 'default' });
  await expect(awaited(asked, 2_500)).rejects.toThrow('open is still undecided');
});
