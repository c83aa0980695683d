import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { recordEvent } from '../../operator/kube/events.ts';
import { withApiServer } from '../support/api-server.ts';

const apiServer = withApiServer();
const LOG = pino({ level: 'silent' });

describe('on a real API server', () => {
  it('a status is written to the version that was read, and to no other object of its name', async () => {
    const asked = await apiServer().asked({}, { name: 'versioned', namespace: 'default' });
    const write = (object: Checkpoint, status = {}) =>
      apiServer().operator.patchStatus(CHECKPOINTS, object, status);
    await write(asked, { requirements: [{ minApprovals: 1 }] });
    await expect(write(asked, { observedGeneration: 1 })).rejects.toMatchObject({ status: 409 });
    await apiServer().plane.mustKubectl(['delete', 'ckpt', 'versioned']);
    await expect(write(asked)).rejects.toMatchObject({ status: 404 });
    await apiServer().asked({}, { name: 'versioned', namespace: 'default' });
    await expect(write(asked)).rejects.toMatchObject({ status: 409 });
  });

  it('an Event is found by its checkpoint, however long its note', async () => {
    const asked = await apiServer().asked();
    const object = { apiVersion: API_VERSION, kind: 'Checkpoint', metadata: asked.metadata };
    const details = { object, type: 'Warning', reason: 'DeliveryFailed', action: 'Notify' } as const;
    await recordEvent(apiServer().operator, 'here', { ...details, note: `Slack ä ${'x'.repeat(3000)}` }, LOG);
    const selector = `--field-selector=involvedObject.uid=${asked.metadata.uid}`;
    const found = await apiServer().plane.mustKubectl(['get', 'events', selector, '-o', 'json']);
    const [event] = (JSON.parse(found) as { items: { reason: string; message: string }[] }).items;
    expect(event?.reason).toBe('DeliveryFailed');
    expect(event?.message).toMatch(/^Slack ä x+…$/);
  });

  it("the server's clock is known to within a second", async () => {
    await apiServer().operator.list(CHECKPOINTS, { limit: 1 });
    expect(Math.abs(apiServer().operator.clock.offsetMs)).toBeLessThan(1_000);
  });
});
