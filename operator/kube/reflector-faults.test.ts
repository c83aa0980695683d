import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { waitFor } from '../../test/support/eventually.ts';
import { type Answer, FaultyApi, failure, page, stream } from '../../test/support/faulty-api.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import type { Cacheable } from './object-cache.ts';
import { Reflector } from './reflector.ts';

const FIRST_WAIT_MS = 200;
const OPEN_MS = 10_000;
const INACTIVITY_MS = 150_000;

const object = (name: string, resourceVersion: string) => ({
  metadata: { name, namespace: 'shop', uid: name, resourceVersion },
});
const event = (type: string, what: unknown) => ({ type, object: what });
const bookmark = (resourceVersion: string, annotations: object = {}) =>
  event('BOOKMARK', { metadata: { resourceVersion, annotations } });
const everything = (version: string, ...objects: object[]) => [
  ...objects.map((each) => event('ADDED', each)),
  bookmark(version, { 'k8s.io/initial-events-end': 'true' }),
];
const raw =
  (body: string, { type = 'application/json', stays = false } = {}): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': type });
    response.write(body);
    if (!stays) response.end();
  };
const hangs: Answer = () => undefined;

async function follow(...script: Answer[]) {
  const api = (await FaultyApi.start()).answer(...script);
  const timers = new ManualTimers();
  const stop = new AbortController();
  const told: string[] = [];
  const reflector = new Reflector<Cacheable>({
    client: api.client,
    type: CHECKPOINTS,
    log: pino({ level: 'silent' }),
    timers,
    random: () => 0,
    onChange: ({ type, object: { metadata } }) => told.push(`${type} ${metadata.name}`),
  });
  const running = reflector.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  const requests = (count: number) => waitFor(() => expect(api.requests).toHaveLength(count));
  const versionOf = (i: number) =>
    new URL(api.requests[i]?.split(' ')[1] ?? '', 'http://x').searchParams.get('resourceVersion');
  return { api, timers, reflector, requests, versionOf, told };
}

describe('garbage in a watch', () => {
  it.each<[string, Answer]>([
    ['a page in its place, that never ends', raw('<html>sorry', { type: 'text/html', stays: true })],
    ['a page in its place', raw('<html>sorry</html>', { type: 'text/html' })],
    ['a page that says it is JSON', raw('<html>sorry', { stays: true })],
    ['text after an event', raw(`${JSON.stringify(bookmark('5'))}\nsorry`, { stays: true })],
    ['half an event', raw('{"type":"ADD')],
    ['an event of no known type', stream([event('SURPRISE', object('b', '6'))], { stays: true })],
    ['an event without an object', stream([{ type: 'ADDED' }], { stays: true })],
    ['an object without a version', stream([event('ADDED', { metadata: { name: 'b' } })], { stays: true })],
    ['null', raw('null\n', { stays: true })],
    ['an error without words', stream([{ type: 'ERROR' }], { stays: true })],
  ])('is one retry from where it stood, within the second: %s', async (_, garbage) => {
    const { timers, requests, versionOf, told } = await follow(
      stream(everything('4', object('a', '1'))),
      garbage,
    );
    await requests(2);
    await waitFor(() => expect(timers.next).toBe(FIRST_WAIT_MS));
    timers.advance(FIRST_WAIT_MS);
    await requests(3);
    expect(versionOf(2)).toBe('4');
    expect(told).toEqual(['Added a']);
  });

  it('that comes again and again makes it ask for everything anew', async () => {
    const garbage = raw('sorry\n');
    const { timers, requests, versionOf } = await follow(
      stream(everything('4', object('a', '1'))),
      ...[garbage, garbage, garbage],
    );
    for (let sent = 2; sent <= 4; sent += 1) {
      await requests(sent);
      await waitFor(() => expect(timers.next).toBeLessThan(OPEN_MS));
      timers.advance(timers.next ?? 0);
    }
    await requests(5);
    expect([3, 4].map(versionOf)).toEqual(['4', null]);
  });
});

describe('a watch that is not what it seems', () => {
  it('is given up where its connection is taken and never answered', async () => {
    const { timers, requests, reflector } = await follow(stream(everything('4')), hangs);
    await requests(2);
    await waitFor(() => expect(timers.next).toBe(OPEN_MS));
    expect(reflector.state.phase).toBe('Beginning');
    timers.advance(OPEN_MS);
    await waitFor(() => expect(timers.next).toBe(FIRST_WAIT_MS));
    expect(reflector.state.phase).toBe('Waiting');
    timers.advance(FIRST_WAIT_MS);
    await requests(3);
  });

  it.each<[string, Answer, number]>([
    ['where it is open and silent', stream([], { stays: true }), INACTIVITY_MS],
    ['where it is not answered', hangs, OPEN_MS],
    ['while it waits after a failure', failure(500, 'InternalError', { 'retry-after': '60' }), 60_000],
  ])('is begun anew at once when it is told to, %s, from where it stood', async (_, answer, next) => {
    const { timers, requests, versionOf, reflector } = await follow(stream(everything('4')), answer);
    await requests(2);
    await waitFor(() => expect(timers.next).toBe(next));
    reflector.reconnect();
    await requests(3);
    expect(versionOf(2)).toBe('4');
  });

  it('asks for everything when it is told that what it has differs, and tells only the difference', async () => {
    const { requests, versionOf, reflector, told } = await follow(
      stream(everything('9', object('a', '1'), object('b', '2')), { stays: true }),
      stream(everything('7', object('a', '1'), object('c', '3')), { stays: true }),
    );
    await waitFor(() => expect(told).toHaveLength(2));
    reflector.beginAgain('rewound');
    await requests(2);
    await waitFor(() => expect(told.slice(2)).toEqual(['Deleted b', 'Added c']));
    expect(versionOf(1)).toBeNull();
    expect(reflector.state.version).toBe('7');
  });

  it('asks for everything after its kind was gone', async () => {
    const { timers, requests, versionOf, told } = await follow(
      stream(everything('9', object('a', '1'))),
      failure(404, 'NotFound'),
      stream(everything('20'), { stays: true }),
    );
    await requests(2);
    await waitFor(() => expect(timers.next).toBe(FIRST_WAIT_MS));
    timers.advance(FIRST_WAIT_MS);
    await waitFor(() => expect(told).toEqual(['Added a', 'Deleted a']));
    expect(versionOf(2)).toBeNull();
  });

  it('waits two seconds at most between two attempts', async () => {
    const broken = failure(500, 'InternalError');
    const { timers, requests } = await follow(...Array.from({ length: 8 }, () => broken));
    const waits: number[] = [];
    for (let sent = 1; sent <= 8; sent += 1) {
      await requests(sent);
      await waitFor(() => expect(timers.next).toBeLessThan(OPEN_MS));
      waits.push(timers.next ?? 0);
      timers.advance(timers.next ?? 0);
    }
    expect(waits).toEqual([200, 400, 800, 1000, 1000, 1000, 1000, 1000]);
  });
});

it('a page of pages is no list, and a list that breaks off is asked for again', async () => {
  const api = (await FaultyApi.start()).answer(raw('<html>sorry', { type: 'text/html' }), page([], '3'));
  expect(await api.client.list(CHECKPOINTS)).toMatchObject({ resourceVersion: '3' });
});
