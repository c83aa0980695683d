import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { Reflector } from '../../operator/kube/reflector.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { type ApiServerEnvironment, withApiServer } from '../support/api-server.ts';
import { waitFor } from '../support/eventually.ts';

const LOG = pino({ level: 'silent' });

/** A reflector on the real API server until the test ends, and what it told of this test's objects. */
async function follow(apiServer: ApiServerEnvironment, marker: string, fieldSelector?: string) {
  const told: string[] = [];
  const list = vi.spyOn(apiServer.operator, 'list');
  const reflector = new Reflector<Checkpoint>({
    client: apiServer.operator,
    type: CHECKPOINTS,
    log: LOG,
    ...(fieldSelector ? { query: { fieldSelector } } : {}),
    onChange: ({ type, object }) => {
      if (object.metadata.name.startsWith(marker)) told.push(`${type} ${object.metadata.name}`);
    },
  });
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  await reflector.synced;
  return { told, reflector, lists: list.mock.calls.length };
}

describe.each([
  { name: 'that begins a watch with what there is', apiServerFlags: [], expectedLists: 0 },
  { name: 'that only lists first', apiServerFlags: ['--feature-gates=WatchList=false'], expectedLists: 1 },
])('on an API server $name,', ({ apiServerFlags, expectedLists }) => {
  const apiServer = withApiServer({ apiServerFlags });

  it('a reflector has what was there, and then every change', async () => {
    for (let i = 0; i < 3; i += 1) await apiServer().asked({}, { name: `seen-${i}`, namespace: 'default' });
    const { told, reflector, lists } = await follow(apiServer(), 'seen-');
    expect(lists).toBe(expectedLists);
    expect([...told].sort()).toEqual(['Added seen-0', 'Added seen-1', 'Added seen-2']);
    const asked = await apiServer().asked({}, { name: 'seen-3', namespace: 'default' });
    await apiServer().operator.patchStatus(CHECKPOINTS, asked, { requirements: [{ minApprovals: 1 }] });
    await apiServer().plane.mustKubectl(['delete', 'ckpt', 'seen-3']);
    const changes = ['Added seen-3', 'Updated seen-3', 'Deleted seen-3'];
    await waitFor(() => expect(told.slice(3)).toEqual(changes));
    expect(JSON.stringify(reflector.get('default', 'seen-0'))).not.toContain('managedFields');
  });

  it('a selected reflector tells of what is settled as of what has left', async () => {
    const { told, reflector } = await follow(apiServer(), 'settles', 'status.settled!=true');
    const asked = await apiServer().asked({}, { name: 'settles', namespace: 'default' });
    await waitFor(() => expect(told).toEqual(['Added settles']));
    await apiServer().operator.patchStatus(CHECKPOINTS, asked, approvedStatus(asked));
    await waitFor(() => expect(told).toEqual(['Added settles', 'Deleted settles']));
    expect(reflector.get('default', 'settles')).toBeUndefined();
    const ref = { namespace: 'default', name: 'settles' };
    expect(await apiServer().operator.get(CHECKPOINTS, ref)).toBeDefined();
  });
});
