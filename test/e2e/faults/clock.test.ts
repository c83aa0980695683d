import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { apply } from '../../../tools/environment/people.ts';
import { FAKETIME_LIBRARY } from '../../../tools/node/faketime.ts';
import { NAMESPACE } from '../support/release.ts';
import { SCENARIO_MS, underLoad } from '../support/under-load.ts';
import { installed, type World } from '../support/world.ts';

const MOUNT = '/faketime';
const HOLD_MS = 5_000;

/**
 * Of all on a node, only what asks libc for the time can be told another one without touching the machine's clock: the
 * operator's Pods. That is who judges deadlines. Each change is a rolling restart, so that operators with and without it
 * follow each other as leaders.
 */
test(
  "the operators' clock is an hour ahead, then an hour behind: deadlines are the API server's",
  async () => {
    const world = await installed();
    await addLibrary(world);
    await underLoad(world, { name: "operators' clock +1 h, then −1 h" }, async () => {
      await shift(world, '+1h');
      await delay(HOLD_MS);
      await shift(world, '-1h');
      await delay(HOLD_MS);
      await unshift(world);
    });
  },
  SCENARIO_MS + 240_000,
);

afterAll(async () => unshift(await installed()));

async function addLibrary({ node: { cluster } }: World): Promise<void> {
  await apply(cluster, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'faketime', namespace: NAMESPACE },
    binaryData: { 'libfaketime.so.1': (await readFile(FAKETIME_LIBRARY)).toString('base64') },
  });
}

const VARIABLES = ['LD_PRELOAD', 'FAKETIME', 'FAKETIME_DONT_FAKE_MONOTONIC'];

async function shift(world: World, offset: string): Promise<void> {
  const values = [`${MOUNT}/libfaketime.so.1`, offset, '1'];
  await patch(world, {
    env: VARIABLES.map((name, i) => ({ name, value: values[i] })),
    volumeMounts: [{ name: 'faketime', mountPath: MOUNT }],
    volumes: [{ name: 'faketime', configMap: { name: 'faketime' } }],
  });
  expect(await offsetSeconds(world)).toBeCloseTo(offset === '+1h' ? -3600 : 3600, -2);
}

function unshift(world: World): Promise<void> {
  return patch(world, {
    env: VARIABLES.map((name) => ({ name, $patch: 'delete' })),
    volumeMounts: [{ mountPath: MOUNT, $patch: 'delete' }],
    volumes: [{ name: 'faketime', $patch: 'delete' }],
  });
}

/** Resolves when it has rolled out. */
async function patch(
  { node: { cluster }, release }: World,
  { env, volumeMounts, volumes }: { env: object[]; volumeMounts: object[]; volumes: object[] },
): Promise<void> {
  const containers = [{ name: 'operator', env, volumeMounts }];
  const text = JSON.stringify({ spec: { template: { spec: { containers, volumes } } } });
  await cluster.mustKubectl(['patch', 'deployment', 'approvalgate', '-n', NAMESPACE, '--patch', text]);
  await release.settled();
}

/** What has to be added to an operator's clock, as it has found out by itself. */
async function offsetSeconds({ node: { cluster }, release }: World): Promise<number> {
  const [pod] = await release.pods();
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}:8080/proxy/metrics`;
  const metrics = await cluster.mustKubectl(['get', '--raw', path]);
  return Number(/^approvalgate_clock_offset_seconds (.*)$/m.exec(metrics)?.[1]);
}
