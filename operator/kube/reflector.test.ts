import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { waitFor } from '../../test/support/eventually.ts';
import { type Answer, FaultyApi, failure, page, reset, stream } from '../../test/support/faulty-api.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import type { Cacheable, Change } from './object-cache.ts';
import { Reflector } from './reflector.ts';

const object = (name: string, resourceVersion: string, uid = name) => ({
  metadata: { name, namespace: 'shop', uid, resourceVersion },
});
const event = (type: string, what: object) => ({ type, object: what });
const bookmark = (resourceVersion: string) => event('BOOKMARK', { metadata: { resourceVersion } });

const INACTIVITY_MS = 150_000;
const OPEN_MS = 10_000;

/** What a server says that cannot begin a watch with everything there is. */
const listFirst = failure(422, 'Invalid');

/** A reflector that runs until the test ends, and what it told. */
async function follow(script: (api: FaultyApi) => void, { streams = false } = {}) {
  const api = await FaultyApi.start();
  if (!streams) api.answer(listFirst);
  script(api);
  const sent = () => api.requests.slice(streams ? 0 : 1);
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
  const requests = (count: number) => waitFor(() => expect(sent()).toHaveLength(count));
  return {
    api,
    told,
    timers,
    reflector,
    requests,
    sent,
    versionOf: (i: number) => query(sent()[i], 'resourceVersion'),
  };
}

function query(request: string | undefined, key: string): string | null {
  return new URL(request?.split(' ')[1] ?? '', 'http://x').searchParams.get(key);
}

describe('a reflector of a server that lists first', () => {
  it('lists page by page, and watches from there', async () => {
    const { sent, told, reflector, requests, versionOf } = await follow((server) =>
      server.answer(page([object('a', '1')], '9', 'more'), page([object('b', '2')], '9')),
    );
    await reflector.synced;
    expect(told).toEqual(['Added a@1', 'Added b@2']);
    await requests(3);
    expect(query(sent()[1], 'continue')).toBe('more');
    expect(query(sent()[2], 'watch')).toBe('true');
    expect(query(sent()[2], 'allowWatchBookmarks')).toBe('true');
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
    const { told, sent, requests } = await follow((server) =>
      server.answer(
        page([object('gone', '1'), object('stays', '2'), object('anew', '3', 'old-uid')], '9'),
        expired,
        page([object('stays', '2'), object('anew', '12', 'new-uid'), object('new', '13')], '20'),
      ),
    );
    await requests(4);
    expect(query(sent()[2], 'watch')).toBeNull();
    expect(told.slice(3)).toEqual(['Deleted gone@1', 'Deleted anew@3', 'Added anew@12', 'Added new@13']);
  });

  it('backs off where every list expires', async () => {
    const { timers, requests, sent } = await follow((server) =>
      server.answer(failure(410, 'Expired'), failure(410, 'Expired'), page([], '1')),
    );
    await waitFor(() => expect(timers.next).toBe(400));
    expect(sent()).toHaveLength(2);
    timers.advance(400);
    await requests(4);
  });

  it('waits as long as a 429 asks for', async () => {
    const { timers, requests, versionOf } = await follow((server) =>
      server.answer(page([], '4'), failure(429, 'TooManyRequests', { 'retry-after': '7' })),
    );
    await waitFor(() => expect(timers.next).toBe(7_000));
    timers.advance(7_000);
    await requests(3);
    expect(versionOf(2)).toBe('4');
  });

  it('waits longer after each failure, and as before after a success', async () => {
    const broken = failure(500, 'InternalError');
    const { timers, api, sent } = await follow((server) =>
      server.answer(page([], '4'), broken, broken, broken),
    );
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 3; i += 1) {
      await waitFor(() => expect(timers.next).toBeLessThan(OPEN_MS));
      waits.push(timers.next);
      if (i === 2) api.answer(stream([bookmark('5')]), broken);
      timers.advance(timers.next ?? 0);
      await waitFor(() => expect(sent().length).toBeGreaterThanOrEqual(3 + i));
    }
    expect(waits).toEqual([200, 400, 800]);
    await waitFor(() => expect(timers.next).toBe(200));
  });

  it('backs off where the server ends every watch at once, cleanly and without a word', async () => {
    const { timers, sent, versionOf } = await follow((server) =>
      server.answer(page([], '4'), stream([]), stream([]), stream([])),
    );
    for (const [failures, wait] of [200, 400, 800].entries()) {
      await waitFor(() => expect(timers.next).toBe(wait));
      expect(sent()).toHaveLength(2 + failures);
      timers.advance(wait);
    }
    await waitFor(() => expect(sent()).toHaveLength(5));
    expect(versionOf(4)).toBe('4');
  });

  it('watches on at once after a watch that was quiet for a while', async () => {
    const { api, timers, requests, sent } = await follow((server) => server.answer(page([], '4')));
    await requests(2);
    await waitFor(() => expect(timers.next).toBe(OPEN_MS));
    timers.advance(1_000);
    api.answer(stream([]));
    await requests(3);
    expect(query(sent()[2], 'watch')).toBe('true');
  });

  it('goes on from what it heard last when the connection breaks within an event', async () => {
    const { timers, told, requests, versionOf } = await follow((server) =>
      server.answer(page([object('a', '1')], '4'), reset),
    );
    await waitFor(() => expect(timers.next).toBe(200));
    timers.advance(200);
    await requests(3);
    expect(versionOf(2)).toBe('4');
    expect(told).toEqual(['Added a@1']);
  });

  it('gives a watch up that says nothing at all, and tells how long it has been silent', async () => {
    const { timers, requests, reflector, versionOf } = await follow((server) =>
      server.answer(page([], '4'), stream([bookmark('5')], { stays: true })),
    );
    await waitFor(() => expect(reflector.state.version).toBe('5'));
    await waitFor(() => expect(timers.next).toBe(INACTIVITY_MS));
    timers.advance(INACTIVITY_MS - 1);
    expect(timers.now() - reflector.state.heardAt).toBe(INACTIVITY_MS - 1);
    timers.advance(1);
    await waitFor(() => expect(timers.next).toBe(200));
    timers.advance(200);
    await requests(3);
    expect(versionOf(2)).toBe('5');
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

describe('a reflector of a server that begins a watch with what there is', () => {
  const end = (resourceVersion: string) =>
    event('BOOKMARK', {
      metadata: { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
  const streaming = (...answers: Answer[]) =>
    follow((server) => server.answer(...answers), { streams: true });

  it('takes everything, and then the news, from one request', async () => {
    const beginning = [event('ADDED', object('a', '1')), event('ADDED', object('b', '2')), end('9')];
    const news = [event('MODIFIED', object('a', '10')), bookmark('11')];
    const { sent, told, requests, versionOf } = await streaming(stream([...beginning, ...news]));
    await requests(2);
    expect(query(sent()[0], 'sendInitialEvents')).toBe('true');
    expect(query(sent()[0], 'resourceVersionMatch')).toBe('NotOlderThan');
    expect(versionOf(0)).toBeNull();
    expect(told).toEqual(['Added a@1', 'Added b@2', 'Updated a@10']);
    expect(query(sent()[1], 'sendInitialEvents')).toBeNull();
    expect(versionOf(1)).toBe('11');
  });

  it('tells nothing before the end of the beginning, and only what is still true then', async () => {
    const beginning = [
      event('ADDED', object('a', '1')),
      bookmark('2'),
      event('ADDED', object('b', '3')),
      event('MODIFIED', object('a', '4')),
      event('DELETED', object('b', '5')),
    ];
    const { told, reflector, requests } = await streaming(stream([...beginning, end('6')]));
    await requests(2);
    expect(reflector.isSynced).toBe(true);
    expect(told).toEqual(['Added a@4']);
  });

  it.each([
    ['ends', stream([event('ADDED', object('a', '1')), bookmark('9')])],
    ['breaks', reset],
    ['fails', stream([event('ADDED', object('a', '1')), event('ERROR', { code: 500 })])],
  ])('has nothing where the beginning %s, and begins again after a while', async (_, broken) => {
    const { timers, told, reflector, requests, sent } = await streaming(broken, stream([end('9')]));
    await waitFor(() => expect(timers.next).toBe(200));
    expect(reflector.isSynced).toBe(false);
    timers.advance(200);
    await requests(3);
    expect(query(sent()[1], 'sendInitialEvents')).toBe('true');
    expect(told).toEqual([]);
    expect(reflector.isSynced).toBe(true);
  });

  it('begins again at once after a 410, and tells only what changed', async () => {
    const before = [object('gone', '1'), object('stays', '2'), object('anew', '3', 'old-uid')];
    const after = [object('stays', '2'), object('anew', '12', 'new-uid')];
    const { told, sent, requests } = await streaming(
      stream([...before.map((each) => event('ADDED', each)), end('9')]),
      failure(410, 'Expired'),
      stream([...after.map((each) => event('ADDED', each)), end('20')]),
    );
    await requests(4);
    expect(query(sent()[2], 'sendInitialEvents')).toBe('true');
    expect(told.slice(3)).toEqual(['Deleted gone@1', 'Deleted anew@3', 'Added anew@12']);
  });
});
