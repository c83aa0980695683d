import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { FaultyApi, failure, page, reset, stream } from '../../test/support/faulty-api.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import type { Cacheable, Change } from './object-cache.ts';
import { Reflector } from './reflector.ts';

const object = (name: string, resourceVersion: string, uid = name) => ({
  metadata: { name, namespace: 'shop', uid, resourceVersion },
});
const event = (type: string, what: object) => ({ type, object: what });
const bookmark = (resourceVersion: string) => event('BOOKMARK', { metadata: { resourceVersion } });

/** A reflector that runs until the test ends, and what it told. */
async function follow(script: (api: FaultyApi) => void) {
  const api = await FaultyApi.start();
  script(api);
  const told: string[] = [];
  const timers = new ManualTimers();
  const stop = new AbortController();
  const reflector = new Reflector<Cacheable>({
    client: api.client,
    type: CHECKPOINTS,
    log: pino({ level: 'silent' }),
    timers,
    random: () => 0,
    onChange: ({ type, object: { metadata } }: Change<Cacheable>) =>
      told.push(`${type} ${metadata.name}@${metadata.resourceVersion}`),
  });
  const running = reflector.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  const requests = (count: number) => vi.waitFor(() => expect(api.requests).toHaveLength(count));
  return {
    api,
    told,
    timers,
    reflector,
    requests,
    versionOf: (i: number) => query(api.requests[i], 'resourceVersion'),
  };
}

function query(request: string | undefined, key: string): string | null {
  return new URL(request?.split(' ')[1] ?? '', 'http://x').searchParams.get(key);
}

describe('a reflector', () => {
  it('lists page by page, and watches from there', async () => {
    const { api, told, reflector, requests, versionOf } = await follow((server) =>
      server.answer(page([object('a', '1')], '9', 'more'), page([object('b', '2')], '9')),
    );
    await reflector.synced;
    expect(told).toEqual(['Added a@1', 'Added b@2']);
    await requests(3);
    expect(query(api.requests[1], 'continue')).toBe('more');
    expect(query(api.requests[2], 'watch')).toBe('true');
    expect(query(api.requests[2], 'allowWatchBookmarks')).toBe('true');
    expect(versionOf(2)).toBe('9');
  });

  it('watches on from the last bookmark when the server ends the watch', async () => {
    const { told, requests, versionOf } = await follow((server) =>
      server.answer(page([], '1'), stream([event('ADDED', object('a', '5')), bookmark('77')])),
    );
    await requests(3);
    expect(told).toEqual(['Added a@5']);
    expect(versionOf(2)).toBe('77');
  });

  it('takes events however their bytes are cut', async () => {
    const events = [
      event('ADDED', object('ä€😀', '5')),
      event('MODIFIED', object('ä€😀', '6')),
      bookmark('7'),
    ];
    for (const cut of [1, 2, 3, 7]) {
      const { told, requests } = await follow((server) =>
        server.answer(page([], '1'), stream(events, { cut })),
      );
      await requests(3);
      expect(told).toEqual(['Added ä€😀@5', 'Updated ä€😀@6']);
    }
  });

  it.each([
    ['as the answer to a watch', failure(410, 'Expired')],
    ['as an event of a watch', stream([event('ERROR', { code: 410, reason: 'Expired' })])],
  ])('lists again at once after a 410 %s, and tells only what changed', async (_, expired) => {
    const { told, api, requests } = await follow((server) =>
      server.answer(
        page([object('gone', '1'), object('stays', '2'), object('anew', '3', 'old-uid')], '9'),
        expired,
        page([object('stays', '2'), object('anew', '12', 'new-uid'), object('new', '13')], '20'),
      ),
    );
    await requests(4);
    expect(query(api.requests[2], 'watch')).toBeNull();
    expect(told.slice(3)).toEqual(['Deleted gone@1', 'Deleted anew@3', 'Added anew@12', 'Added new@13']);
  });

  it('backs off where every list expires', async () => {
    const { timers, requests, api } = await follow((server) =>
      server.answer(failure(410, 'Expired'), failure(410, 'Expired'), page([], '1')),
    );
    await vi.waitFor(() => expect(timers.next).toBeGreaterThan(0));
    expect(api.requests).toHaveLength(2);
    timers.advance(timers.next ?? 0);
    await requests(4);
  });

  it('waits as long as a 429 asks for', async () => {
    const { timers, requests, versionOf } = await follow((server) =>
      server.answer(page([], '4'), failure(429, 'TooManyRequests', { 'retry-after': '7' })),
    );
    await vi.waitFor(() => expect(timers.next).toBe(7_000));
    timers.advance(7_000);
    await requests(3);
    expect(versionOf(2)).toBe('4');
  });

  it('waits longer after each failure, and as before after a success', async () => {
    const broken = failure(500, 'InternalError');
    const { timers, api } = await follow((server) => server.answer(page([], '4'), broken, broken, broken));
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 3; i += 1) {
      await vi.waitFor(() => expect(timers.next).toBeDefined());
      waits.push(timers.next);
      if (i === 2) api.answer(stream([bookmark('5')]), broken);
      timers.advance(timers.next ?? 0);
      await vi.waitFor(() => expect(api.requests.length).toBeGreaterThanOrEqual(3 + i));
    }
    expect(waits).toEqual([400, 800, 1600]);
    await vi.waitFor(() => expect(timers.next).toBe(400));
  });

  it('goes on from what it heard last when the connection breaks within an event', async () => {
    const { timers, told, requests, versionOf } = await follow((server) =>
      server.answer(page([object('a', '1')], '4'), reset),
    );
    await vi.waitFor(() => expect(timers.next).toBe(400));
    timers.advance(400);
    await requests(3);
    expect(versionOf(2)).toBe('4');
    expect(told).toEqual(['Added a@1']);
  });

  it('gives a watch up that says nothing at all, and tells how long it has been silent', async () => {
    const { timers, requests, reflector, versionOf } = await follow((server) =>
      server.answer(page([], '4'), stream([bookmark('5')], { stays: true })),
    );
    await vi.waitFor(() => expect(timers.next).toBe(150_000));
    await requests(2);
    timers.advance(149_999);
    expect(reflector.silentForMs()).toBe(149_999);
    timers.advance(1);
    await vi.waitFor(() => expect(timers.next).toBe(400));
    timers.advance(400);
    await requests(3);
    expect(['4', '5']).toContain(versionOf(2));
  });

  it('ignores the end of an object that was created anew meanwhile', async () => {
    const { told, requests } = await follow((server) =>
      server.answer(
        page([object('a', '1', 'old')], '1'),
        stream([
          event('ADDED', object('a', '5', 'new')),
          event('DELETED', object('a', '6', 'old')),
          bookmark('7'),
        ]),
      ),
    );
    await requests(3);
    expect(told).toEqual(['Added a@1', 'Deleted a@1', 'Added a@5']);
  });
});
