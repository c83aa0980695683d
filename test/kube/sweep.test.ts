import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { rfc3339 } from '../../operator/model/time.ts';
import { sweep } from '../../operator/reconcile/sweep.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withApiServer } from '../support/api-server.ts';

const apiServer = withApiServer();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Settled now: the API server lets nobody choose a creation time, so the tests look from later on. */
async function settled(name: string, spec: object = {}, minutesAgo = 0): Promise<Checkpoint> {
  const asked = await apiServer().asked(spec, { name, namespace: 'default' });
  const status = approvedStatus(asked);
  const decisionTime = rfc3339(new Date(Date.now() - minutesAgo * MINUTE_MS));
  const decision = { ...status.decision, decisionTime };
  return apiServer().operator.patchStatus<Checkpoint>(CHECKPOINTS, asked, { ...status, decision });
}

async function left(): Promise<string[]> {
  const { items } = await apiServer().operator.list<Checkpoint>(CHECKPOINTS);
  return items.map(({ metadata }) => metadata.name).sort();
}

function run(aheadMs: number, cap = 100) {
  const announce = vi.fn(() => Promise.resolve());
  const now = new Date(Date.now() + aheadMs);
  const log = pino({ level: 'silent' });
  const done = sweep({ client: apiServer().operator, now, cap, log, announce });
  return { announce, done };
}

it('deletes what is settled once its time has come, and never what is pending', async () => {
  await settled('an-hour', { ttlSecondsAfterDecision: 3600 });
  await settled('three-days');
  await apiServer().asked({ ttlSecondsAfterDecision: 3600 }, { name: 'pending', namespace: 'default' });
  expect(await run(HOUR_MS - 60_000).done).toMatchObject({ seen: 2, expired: 0, overCap: 0 });
  expect(await run(HOUR_MS + 1_000).done).toMatchObject({ seen: 2, expired: 1, overCap: 0 });
  expect(await left()).toEqual(['pending', 'three-days']);
  expect(await run(100 * HOUR_MS).done).toMatchObject({ expired: 1 });
  expect(await left()).toEqual(['pending']);
});

it('deletes the oldest of too many before their time, and says so', async () => {
  for (const minutes of [2, 9, 1, 5, 7]) await settled(`many-${minutes}`, {}, minutes);
  const { announce, done } = run(0, 3);
  expect(await done).toMatchObject({ seen: 5, expired: 0, overCap: 2 });
  expect(announce).toHaveBeenCalledTimes(1);
  expect(announce).toHaveBeenCalledWith(
    expect.objectContaining({ kind: 'Checkpoint' }),
    'more settled checkpoints than 3: deleted the 2 oldest before their time',
  );
  expect(await left()).toEqual(['many-1', 'many-2', 'many-5', 'pending']);
});

it('deletes by uid: what bears the name by then stays', async () => {
  const { operator, plane } = apiServer();
  const old = await settled('namesake', { ttlSecondsAfterDecision: 3600 });
  const client = {
    list: () => Promise.resolve({ items: [old], resourceVersion: '1', serverTime: new Date() }),
    delete: operator.delete.bind(operator),
  };
  await plane.mustKubectl(['delete', 'ckpt', 'namesake'], { kubeconfig: apiServer().operatorKubeconfig });
  await apiServer().asked({}, { name: 'namesake', namespace: 'default' });
  const [now, announce] = [new Date(Date.now() + 2 * HOUR_MS), () => Promise.resolve()];
  await sweep({ client: client as never, now, log: pino({ level: 'silent' }), announce });
  expect(await left()).toContain('namesake');
});
