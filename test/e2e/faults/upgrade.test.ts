import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ctr } from '../../../tools/node/containerd.ts';
import { nodeFolder } from '../../../tools/node/namespaces.ts';
import { CHART } from '../support/release.ts';
import { SCENARIO_MS, underLoad } from '../support/under-load.ts';
import { clean, IMAGE, withSecret } from '../support/world.ts';

/** There is one release yet: the one before is this one under a lower version, and an image under another name. */
const BEFORE = '0.0.1';

test(
  'helm upgrade from the release before: every create is answered, every question decided',
  async () => {
    const world = await clean();
    const { node, release, values } = world;
    await ctr([
      'images',
      'tag',
      '--force',
      `${IMAGE.repository}:${IMAGE.tag}`,
      `${IMAGE.repository}:${BEFORE}`,
    ]);
    const packed = ['package', CHART, '--version', BEFORE, '--app-version', BEFORE, '-d', nodeFolder()];
    expect((await node.cluster.helm(packed)).stderr).toBe('');
    const older = { ...values, image: { ...IMAGE, tag: BEFORE } };
    await withSecret(world);
    await release.install(older, join(nodeFolder(), `approvalgate-${BEFORE}.tgz`));
    const before = await release.pods();
    await underLoad(world, { name: 'helm upgrade' }, () => release.upgrade(values));
    expect((await release.pods()).filter((pod) => before.includes(pod))).toEqual([]);
  },
  SCENARIO_MS + 240_000,
);
