import { expect, test } from 'vitest';
import { SCENARIO_MS, underLoad } from '../support/under-load.ts';
import { installed } from '../support/world.ts';

test(
  'the API server is restarted: what it had taken is decided, what it missed is asked again',
  async () => {
    const world = await installed();
    const { node, release } = world;
    // A leader that could not renew its Lease has ended; its successor in the same Pod needs a moment to serve admission.
    const mayFail = ['unreachable', 'admission', 'other'] as const;
    await underLoad(world, { name: 'API server restarted', mayFail }, async () => {
      await node.cluster.restartApiServer();
      await node.ready();
    });
    await release.settled();
  },
  SCENARIO_MS,
);

test(
  'the kubelet is restarted: nothing changes for what runs',
  async () => {
    const world = await installed();
    const before = await world.release.pods();
    await underLoad(world, { name: 'kubelet restarted' }, () => world.node.restartKubelet(5_000));
    expect(await world.release.pods()).toEqual(before);
  },
  SCENARIO_MS,
);
