import { test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { NAMESPACE } from '../support/release.ts';
import { SCENARIO_MS, underLoad } from '../support/under-load.ts';
import { installed } from '../support/world.ts';

test(
  'the leader is killed: another process decides all that is open',
  async () => {
    const world = await installed();
    const { node, release } = world;
    await underLoad(world, { name: 'leader killed (SIGKILL)', mayFail: ['admission'] }, async () => {
      const before = await release.leaderIdentity();
      await node.killPod(NAMESPACE, await release.leader());
      await eventually('another leads', async () => {
        const now = await release.leaderIdentity();
        return now !== before && now !== '' ? now : undefined;
      });
    });
    await release.settled();
  },
  SCENARIO_MS,
);
