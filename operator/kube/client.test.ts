import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { FaultyApi, failure, json, page, reset } from '../../test/support/faulty-api.ts';

const ASKED = { metadata: { name: 'a', namespace: 'shop', uid: 'u-1', resourceVersion: '7' } };
/** undici by itself keeps an idle connection for 4 s, and looks every second. */
const UNDICI_IDLE_MS = 6_000;
const REF = { namespace: 'shop', name: 'a' };

describe('the client', () => {
  it('says with a status for which version and uid it is meant', async () => {
    const api = (await FaultyApi.start()).answer(json(ASKED));
    await api.client.patchStatus(CHECKPOINTS, ASKED, { settled: true });
    expect(api.requests).toEqual([
      'PATCH /apis/approvalgate.dev/v1alpha1/namespaces/shop/checkpoints/a/status',
    ]);
    expect(JSON.parse(api.bodies[0] ?? '')).toEqual({
      metadata: { uid: 'u-1', resourceVersion: '7' },
      status: { settled: true },
    });
  });

  it.each([
    ['an overloaded server', failure(429, 'TooManyRequests', { 'retry-after': '0.05' })],
    ['a failing server', failure(503, 'ServiceUnavailable')],
    ['a connection that breaks within the answer', reset],
  ])('reads again after %s, and writes never twice', async (_, fault) => {
    const api = (await FaultyApi.start()).answer(fault, json(ASKED), fault);
    expect(await api.client.get(CHECKPOINTS, REF)).toEqual(ASKED);
    await expect(api.client.patchStatus(CHECKPOINTS, ASKED, {})).rejects.toMatchObject({ name: 'ApiError' });
    expect(api.requests).toHaveLength(3);
  });

  it('keeps its connection over a pause, as a burst of calls may follow', async () => {
    const api = (await FaultyApi.start()).answer(json(ASKED), json(ASKED));
    await api.client.get(CHECKPOINTS, REF);
    await delay(UNDICI_IDLE_MS);
    await api.client.get(CHECKPOINTS, REF);
    expect(api.connections).toBe(1);
  });

  it('gives up reading after three attempts', async () => {
    const fault = failure(500, 'InternalError');
    const api = (await FaultyApi.start()).answer(fault, fault, fault, json(ASKED));
    await expect(api.client.get(CHECKPOINTS, REF)).rejects.toMatchObject({ status: 500 });
    expect(api.requests).toHaveLength(3);
  });

  it('tells an error by status, reason and the time to wait, and cuts a page that is none', async () => {
    const api = (await FaultyApi.start()).answer(
      failure(403, 'Forbidden'),
      failure(404, 'NotFound'),
      (response) => void response.writeHead(400).end('<html>'.repeat(1000)),
    );
    const asked = () => api.client.get(CHECKPOINTS, REF);
    await expect(asked()).rejects.toMatchObject({
      status: 403,
      reason: 'Forbidden',
      message: 'Forbidden it is',
    });
    expect(await asked()).toBeUndefined();
    const error = await asked().catch((refused: Error) => refused);
    expect((error as Error).message.length).toBeLessThanOrEqual(1024);
  });

  it('deletes one object by its uid, and takes another of its name for gone', async () => {
    const api = (await FaultyApi.start()).answer(
      json({}),
      failure(409, 'Conflict'),
      failure(404, 'NotFound'),
    );
    const uid = 'u-1';
    for (let i = 0; i < 3; i += 1) await api.client.delete(CHECKPOINTS, REF, { uid });
    expect(JSON.parse(api.bodies[0] ?? '')).toMatchObject({ preconditions: { uid } });
    api.answer(failure(403, 'Forbidden'));
    await expect(api.client.delete(CHECKPOINTS, REF, { uid })).rejects.toMatchObject({ status: 403 });
  });

  it('asks once more with fresh credentials after a 401, whatever it asks, and then believes it', async () => {
    const unauthorized = failure(401, 'Unauthorized');
    const api = await FaultyApi.start();
    api.token = 'stale';
    api.answer(json(ASKED), unauthorized, json(ASKED), unauthorized, unauthorized);
    await api.client.get(CHECKPOINTS, REF);
    api.token = 'fresh';
    await api.client.patchStatus(CHECKPOINTS, ASKED, {});
    expect(api.authorizations).toEqual(['Bearer stale', 'Bearer stale', 'Bearer fresh']);
    await expect(api.client.get(CHECKPOINTS, REF)).rejects.toMatchObject({ status: 401 });
    expect(api.requests).toHaveLength(5);
  });

  it('learns the server’s time from its answers', async () => {
    const api = await FaultyApi.start();
    const ahead = new Date(Date.now() + 3_600_000).toUTCString();
    api.answer(
      (response) =>
        void response.writeHead(200, { date: ahead }).end('{"items":[],"metadata":{"resourceVersion":"1"}}'),
    );
    const { serverTime } = await api.client.list(CHECKPOINTS);
    expect(serverTime.toUTCString()).toBe(ahead);
    expect(Math.abs(api.client.clock.offsetMs - 3_600_000)).toBeLessThan(60_000);
    api.answer(page([], '1'));
    await api.client.list(CHECKPOINTS);
    expect(Math.abs(api.client.clock.offsetMs)).toBeLessThan(60_000);
  });
});
