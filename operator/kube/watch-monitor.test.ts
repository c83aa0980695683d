import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHECKPOINTS, NAMESPACES, type ResourceType } from '../../crds/names.ts';
import { settle } from '../../test/support/eventually.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import { registry } from '../metrics.ts';
import { ApiError } from './api-error.ts';
import type { Cacheable } from './object-cache.ts';
import { WatchMonitor } from './watch-monitor.ts';
import type { WatchPhase } from './watch-state.ts';

const object = (name: string, resourceVersion: string): Cacheable => ({
  metadata: { name, namespace: 'shop', uid: name, resourceVersion },
});

/** What the server says to a list; a function that never resolves is a server that hangs. */
type Answer = (limit: number | undefined) => Promise<{ items: Cacheable[]; resourceVersion: string }>;

const has =
  (resourceVersion: string, ...items: Cacheable[]): Answer =>
  (limit) =>
    Promise.resolve({ items: items.slice(0, limit), resourceVersion });
const failing =
  (status: number): Answer =>
  () =>
    Promise.reject(new ApiError({ status, message: 'it says so' }));

/** A watch that opens again at once when it is told to, unless its server is away. */
class FakeWatch {
  readonly query = {};
  readonly isSynced = true;
  readonly told: string[] = [];
  readonly state: { version: string; phase: WatchPhase; failure: string | undefined; heardAt: number };
  held: Cacheable[] = [];
  opens = true;
  readonly type: ResourceType;
  readonly #timers: ManualTimers;

  constructor(type: ResourceType, timers: ManualTimers) {
    this.type = type;
    this.#timers = timers;
    this.state = { version: '10', phase: 'Open', failure: undefined, heardAt: timers.now() };
  }

  get size(): number {
    return this.held.length;
  }

  items(): Cacheable[] {
    return this.held;
  }

  get(_: string | undefined, name: string): Cacheable | undefined {
    return this.held.find(({ metadata }) => metadata.name === name);
  }

  reconnect(): void {
    this.told.push('reconnect');
    this.#begin();
  }

  beginAgain(reason: string): void {
    this.told.push(reason);
    this.#begin();
  }

  #begin(): void {
    this.state.phase = this.opens ? 'Open' : 'Waiting';
    if (this.opens) this.state.heardAt = this.#timers.now();
    else this.state.failure = 'refused';
  }
}

function setUp() {
  const timers = new ManualTimers();
  const watch = new FakeWatch(CHECKPOINTS, timers);
  const other = new FakeWatch(NAMESPACES, timers);
  const server: { answer: Answer; asked: number } = { answer: has('10'), asked: 0 };
  const client = {
    listMetadata: (type: ResourceType, { limit }: { limit?: number }, signal: AbortSignal) => {
      if (type === NAMESPACES) return has('10')(limit);
      server.asked += 1;
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new ApiError({ status: 0, message: 'too late' })));
      });
      return Promise.race([server.answer(limit), aborted]);
    },
  };
  const lines: { level: string; text: string }[] = [];
  const log = pino(
    { level: 'error', formatters: { level: (level) => ({ level }) } },
    {
      write: (line) => void lines.push(JSON.parse(line.replace('"msg"', '"text"')) as (typeof lines)[number]),
    },
  );
  let regained = 0;
  const monitor = new WatchMonitor({
    client: client as never,
    watches: [watch, other],
    log,
    regained: () => {
      regained += 1;
    },
    timers,
  });
  const stop = new AbortController();
  const running = monitor.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds * 20; i += 1) {
      timers.advance(50);
      for (let turn = 0; turn < 4; turn += 1) await settle();
    }
  };
  return { timers, watch, other, server, monitor, lines, pass, regained: () => regained };
}

async function blindGauge(resource: string): Promise<number | undefined> {
  const text = await registry.getSingleMetricAsString('approvalgate_blind');
  return Number(text.match(new RegExp(`resource="${resource}"} (\\d)`))?.[1]);
}

describe('a quiet server that is well', () => {
  it('is not taken for a dead one, and is asked six times a minute', async () => {
    const { monitor, pass, server, watch, lines } = setUp();
    await pass(60);
    expect(await monitor.blindness()).toEqual([]);
    // Six looks, a comparison, and the look of whoever asked last.
    expect(server.asked).toBeLessThanOrEqual(9);
    expect([watch.told, lines]).toEqual([[], []]);
  });

  it('is not asked while it tells by itself', async () => {
    const { pass, server, watch, timers } = setUp();
    for (let tenths = 0; tenths < 300; tenths += 5) {
      watch.state.heardAt = timers.now();
      await pass(0.5);
    }
    expect(server.asked).toBeLessThanOrEqual(1);
  });

  it('may fail once', async () => {
    const { pass, server, lines } = setUp();
    server.answer = failing(500);
    while (server.asked === 0) await pass(0.25);
    server.answer = has('10');
    await pass(20);
    expect(lines).toEqual([]);
  });
});

describe('blindness', () => {
  it.each<[string, Answer, string]>([
    ['the token has ended', failing(401), "does not accept this process's credentials (401)"],
    ['the rights are gone', failing(403), 'may not list them (403)'],
    ['the CRDs are gone', failing(404), 'does not know them (404); are the CRDs installed?'],
    ['the server is overloaded', failing(429), 'the API server fails (429)'],
    ['the server fails', failing(500), 'the API server fails (500)'],
    ['the server is away', failing(0), 'the API server does not answer'],
    ['the server hangs', () => new Promise(() => undefined), 'the API server does not answer'],
  ])('is said, logged and counted where %s, and ends by itself', async (_, answer, words) => {
    const { monitor, pass, server, lines, watch, regained } = setUp();
    await pass(15);
    server.answer = answer;
    watch.opens = false;
    await pass(14);
    const asked = monitor.blindness();
    await pass(3);
    expect(await asked).toEqual([expect.stringMatching(/^blind on checkpoints: /)]);
    expect((await asked)[0]).toContain(words);
    expect(await blindGauge('checkpoints')).toBe(1);
    expect(await blindGauge('namespaces')).toBe(0);
    expect(lines).toEqual([expect.objectContaining({ level: 'error', text: 'the operator is blind' })]);
    server.answer = has('10');
    watch.opens = true;
    await pass(3);
    expect(await monitor.blindness()).toEqual([]);
    expect(await blindGauge('checkpoints')).toBe(0);
    expect(lines.slice(1)).toEqual([
      expect.objectContaining({
        level: 'error',
        text: 'the operator sees again',
        seconds: expect.any(Number),
      }),
    ]);
    expect(regained()).toBe(1);
  });

  it('is that the watch is refused though lists are answered', async () => {
    const { monitor, pass, watch } = setUp();
    watch.opens = false;
    watch.state.phase = 'Waiting';
    watch.state.failure = 'checkpoints is forbidden';
    await pass(4);
    const asked = monitor.blindness();
    await pass(2);
    expect(await asked).toEqual(['blind on checkpoints: its watch is not answered: refused']);
  });

  it('ends a dead connection at once, and again when the server is back', async () => {
    const { pass, server, watch } = setUp();
    server.answer = failing(0);
    await pass(12);
    expect(watch.told).toEqual(['reconnect']);
    server.answer = has('10');
    await pass(2);
    expect(watch.told).toEqual(['reconnect', 'reconnect']);
    await pass(30);
    expect(watch.told).toHaveLength(2);
  });

  it('leaves a watch alone while the server answers, and begins it anew after that', async () => {
    const { pass, server, watch } = setUp();
    server.answer = failing(500);
    await pass(12);
    expect(watch.told).toEqual([]);
    server.answer = has('10');
    await pass(2);
    expect(watch.told).toEqual(['reconnect']);
  });
});

describe('a server that is not where the watch is', () => {
  it('gone back to an older state makes the watch begin again with everything', async () => {
    const { pass, server, watch } = setUp();
    watch.state.version = '9007199254740993000';
    server.answer = has('9007199254740992999');
    await pass(12);
    expect(watch.told[0]).toBe('rewound');
  });

  it('that has what the watch never brought makes it begin again, though nothing is due', async () => {
    const { pass, server, watch } = setUp();
    watch.held = [object('a', '3')];
    server.answer = has('12', object('a', '3'), object('b', '5'));
    await pass(60);
    expect(watch.told).toEqual([]);
    await pass(12);
    expect(watch.told).toEqual(['differs']);
  });

  it('where the watch brings it a moment later is left alone', async () => {
    const { pass, server, watch } = setUp();
    watch.held = [object('a', '3')];
    server.answer = has('12', object('a', '7'));
    await pass(62);
    watch.held = [object('a', '8')];
    server.answer = has('13', object('a', '9'));
    await pass(20);
    expect(watch.told).toEqual([]);
  });
});
