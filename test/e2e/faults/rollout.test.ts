import { expect, test } from 'vitest';
import { NAMESPACE } from '../support/release.ts';
import { SCENARIO_MS, underLoad } from '../support/under-load.ts';
import { installed } from '../support/world.ts';

test(
  'a rolling restart: every create is answered, every question decided',
  async () => {
    const world = await installed();
    const { node, release } = world;
    const before = await release.pods();
    await underLoad(world, { name: 'rolling restart' }, async () => {
      await node.cluster.mustKubectl(['rollout', 'restart', 'deployment/approvalgate', '-n', NAMESPACE]);
      await release.settled();
    });
    expect((await release.pods()).filter((pod) => before.includes(pod))).toEqual([]);
  },
  SCENARIO_MS,
);
