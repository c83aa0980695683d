import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { recordEvent } from '../../operator/kube/events.ts';
import { Reflector } from '../../operator/kube/reflector.ts';
import { approvedStatus } from '../../tools/stage/approved-status.ts';
import { withStore } from '../support/store.ts';

const store = withStore();
const LOG = pino({ level: 'silent' });

/** A reflector on the real API server until the test ends, and what it told of this test's objects. */
async function follow(marker: string, fieldSelector?: string) {
  const told: string[] = [];
  const reflector = new Reflector<Checkpoint>({
    client: store().operator,
    type: CHECKPOINTS,
    log: LOG,
    ...(fieldSelector ? { fieldSelector } : {}),
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
  return { told, reflector };
}

describe('on a real API server', () => {
  it('a reflector has what was there, in pages, and then every change', async () => {
    for (let i = 0; i < 3; i += 1) await store().asked({}, { name: `seen-${i}`, namespace: 'default' });
    const { told, reflector } = await follow('seen-');
    expect([...told].sort()).toEqual(['Added seen-0', 'Added seen-1', 'Added seen-2']);
    const asked = await store().asked({}, { name: 'seen-3', namespace: 'default' });
    await store().operator.patchStatus(CHECKPOINTS, asked, { requirements: [{ minApprovals: 1 }] });
    await store().plane.mustKubectl(['delete', 'ckpt', 'seen-3']);
    const changes = ['Added seen-3', 'Updated seen-3', 'Deleted seen-3'];
    await vi.waitFor(() => expect(told.slice(3)).toEqual(changes));
    expect(JSON.stringify(reflector.get('default', 'seen-0'))).not.toContain('managedFields');
  });

  it('a selected reflector tells of what is settled as of what has left', async () => {
    const { told, reflector } = await follow('settles', 'status.settled!=true');
    const asked = await store().asked({}, { name: 'settles', namespace: 'default' });
    await vi.waitFor(() => expect(told).toEqual(['Added settles']));
    await store().operator.patchStatus(CHECKPOINTS, asked, approvedStatus(asked));
    await vi.waitFor(() => expect(told).toEqual(['Added settles', 'Deleted settles']));
    expect(reflector.get('default', 'settles')).toBeUndefined();
    const ref = { namespace: 'default', name: 'settles' };
    expect(await store().operator.get(CHECKPOINTS, ref)).toBeDefined();
  });

  it('a status is written to the version that was read, and to no other object of its name', async () => {
    const asked = await store().asked({}, { name: 'versioned', namespace: 'default' });
    const write = (object: Checkpoint, status = {}) =>
      store().operator.patchStatus(CHECKPOINTS, object, status);
    await write(asked, { requirements: [{ minApprovals: 1 }] });
    await expect(write(asked, { observedGeneration: 1 })).rejects.toMatchObject({ status: 409 });
    await store().plane.mustKubectl(['delete', 'ckpt', 'versioned']);
    await expect(write(asked)).rejects.toMatchObject({ status: 404 });
    await store().asked({}, { name: 'versioned', namespace: 'default' });
    await expect(write(asked)).rejects.toMatchObject({ status: 409 });
  });

  it('an Event is found by its checkpoint, however long its note', async () => {
    const asked = await store().asked();
    const object = { apiVersion: API_VERSION, kind: 'Checkpoint', metadata: asked.metadata };
    const details = { object, type: 'Warning', reason: 'DeliveryFailed', action: 'Notify' } as const;
    await recordEvent(store().operator, 'here', { ...details, note: `Slack ä ${'x'.repeat(3000)}` }, LOG);
    const selector = `--field-selector=involvedObject.uid=${asked.metadata.uid}`;
    const found = await store().plane.mustKubectl(['get', 'events', selector, '-o', 'json']);
    const [event] = (JSON.parse(found) as { items: { reason: string; message: string }[] }).items;
    expect(event?.reason).toBe('DeliveryFailed');
    expect(event?.message).toMatch(/^Slack ä x+…$/);
  });

  it("the server's clock is known to within a second", async () => {
    await store().operator.list(CHECKPOINTS, { limit: 1 });
    expect(Math.abs(store().operator.clock.offsetMs)).toBeLessThan(1_000);
  });
});
