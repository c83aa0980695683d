import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import {
  CHECKPOINT_RULES,
  CLUSTER_CHECKPOINT_RULES,
  NAMESPACES,
  type ResourceType,
} from '../../../crds/names.ts';
import { settle } from '../../../test/support/eventually.ts';
import { ManualTimers } from '../../../test/support/manual-timers.ts';
import { ApiError } from '../../kube/api-error.ts';
import type { Cacheable } from '../../kube/object-cache.ts';
import { Freshness } from './freshness.ts';

const KEY = 'shop/refund';
const NOW = Date.parse('2026-11-02T10:00:00Z');

const rule = (name: string, generation = 1, uid = name): Cacheable => ({
  metadata: { name, namespace: 'shop', uid, generation, resourceVersion: '1' },
});
const shop = (resourceVersion: string): Cacheable => ({
  metadata: { name: 'shop', uid: 'shop', resourceVersion, labels: { version: resourceVersion } },
});

class Cache {
  readonly isSynced = true;
  readonly query = {};
  readonly begun: string[] = [];
  readonly type: ResourceType;
  held: Cacheable[];

  constructor(type: ResourceType, ...held: Cacheable[]) {
    this.type = type;
    this.held = held;
  }

  items(): Cacheable[] {
    return this.held;
  }

  get(namespace: string | undefined, name: string): Cacheable | undefined {
    return this.held.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  }

  beginAgain(reason: string): void {
    this.begun.push(reason);
  }
}

type Answer = readonly Cacheable[] | Error;

/** The operator knows one rule and one namespace; the API server answers as it is told to. */
function setUp() {
  const timers = new ManualTimers();
  const caches = {
    rules: new Cache(CHECKPOINT_RULES, rule('small')),
    clusterRules: new Cache(CLUSTER_CHECKPOINT_RULES),
    namespaces: new Cache(NAMESPACES, shop('1')),
  };
  const asked: string[] = [];
  const woken: string[] = [];
  const server = {
    rules: [rule('small')] as Answer,
    checkpoints: [] as Answer,
    namespace: shop('1') as Cacheable | Error,
    held: [] as (() => void)[],
    holds: false,
    troubles: 0,
  };
  const answered = async <T>(plural: string, answer: () => T | Error): Promise<T> => {
    asked.push(plural);
    if (server.holds) await new Promise<void>((resolve) => server.held.push(resolve));
    const given = answer();
    if (given instanceof Error) throw given;
    return given;
  };
  const answers = new Map([
    ['checkpointrules', () => server.rules],
    ['checkpoints', () => server.checkpoints],
  ]);
  const client = {
    clock: { now: () => new Date(NOW + timers.now()) },
    get: (type: ResourceType) => answered(type.plural, () => server.namespace),
    listMetadata: async (type: ResourceType) => ({
      items: await answered<readonly Cacheable[]>(type.plural, answers.get(type.plural) ?? (() => [])),
    }),
  };
  const freshness = new Freshness({
    client: client as never,
    ...caches,
    wake: (key) => woken.push(key),
    failed: () => {
      server.troubles += 1;
    },
    log: pino({ level: 'silent' }),
    timers,
  });
  return { timers, caches, asked, woken, server, freshness };
}

const failing = (status: number) => new ApiError({ status, message: 'no' });

/** A checkpoint that waits for the proof looks again every second. */
async function waits(
  { freshness, timers }: Pick<ReturnType<typeof setUp>, 'freshness' | 'timers'>,
  seconds: number,
): Promise<void> {
  for (let i = 0; i < seconds; i += 1) {
    freshness.prove(KEY);
    await settle();
    timers.advance(1_000);
  }
}

describe('the rules in force', () => {
  it('are fresh for a second after the API server was asked and had the same, and no longer', async () => {
    const { freshness, timers, woken, asked } = setUp();
    expect(freshness.of('shop')).toEqual({ state: 'Unproved' });
    freshness.prove(KEY);
    await settle();
    expect(asked.sort()).toEqual(['checkpointrules', 'clustercheckpointrules', 'namespaces']);
    expect([woken, freshness.of('shop')]).toEqual([[KEY], { state: 'Fresh' }]);
    timers.advance(999);
    expect(freshness.of('shop')).toEqual({ state: 'Fresh' });
    timers.advance(1);
    expect(freshness.of('shop')).toEqual({ state: 'Unproved' });
  });

  it('are asked for once by all who wait, and once a second at most', async () => {
    const { freshness, timers, woken, asked } = setUp();
    const keys = Array.from({ length: 500 }, (_, i) => `shop/refund-${i}` as const);
    for (const key of keys) freshness.prove(key);
    await settle();
    expect(new Set(woken)).toEqual(new Set(keys));
    for (let tenths = 0; tenths < 50; tenths += 1) {
      freshness.prove(KEY);
      await settle();
      timers.advance(100);
    }
    expect(asked.filter((plural) => plural === 'checkpointrules').length).toBeLessThanOrEqual(6);
    expect(asked.filter((plural) => plural === 'namespaces').length).toBeLessThanOrEqual(6);
  });

  it('age from when the list was asked for: one that takes a second proves nothing', async () => {
    const { freshness, timers, server, woken } = setUp();
    server.holds = true;
    freshness.prove(KEY);
    timers.advance(1_000);
    for (const answer of server.held.splice(0)) answer();
    await settle();
    expect([woken, freshness.of('shop').state]).toEqual([[], 'Unproved']);
  });

  it('a list that hangs does not hold back the next', async () => {
    const { freshness, timers, server, woken } = setUp();
    server.holds = true;
    freshness.prove(KEY);
    await settle();
    server.holds = false;
    timers.advance(1_000);
    freshness.prove(KEY);
    await settle();
    expect(woken).toEqual([KEY]);
  });

  it.each<[string, (caches: ReturnType<typeof setUp>['caches']) => void]>([
    ['was deleted', ({ rules }) => rules.held.push(rule('gone'))],
    ['was created', ({ rules }) => rules.held.splice(0)],
    ['was changed', ({ rules }) => rules.held.splice(0, 1, rule('small', 7))],
    ['is another of the same name', ({ rules }) => rules.held.splice(0, 1, rule('small', 1, 'other'))],
    ['of the cluster was deleted', ({ clusterRules }) => clusterRules.held.push(rule('gone'))],
  ])('are not fresh while the watch does not know that a rule %s', async (_, change) => {
    const parts = setUp();
    change(parts.caches);
    await waits(parts, 2);
    expect([parts.woken, parts.freshness.of('shop').state]).toEqual([[], 'Unproved']);
  });

  it('are fresh as soon as the watch brings what was listed', async () => {
    const { freshness, caches, woken } = setUp();
    caches.rules.held.push(rule('gone'));
    freshness.prove(KEY);
    await settle();
    expect(woken).toEqual([]);
    caches.rules.held.pop();
    freshness.ruleChanged(rule('gone'));
    await settle();
    expect([woken, freshness.of('shop').state]).toEqual([[KEY], 'Fresh']);
  });

  it('a watch that stays behind for two seconds is begun anew, and the other is left alone', async () => {
    const parts = setUp();
    parts.caches.rules.held.push(rule('gone'));
    await waits(parts, 4);
    expect([parts.caches.rules.begun, parts.caches.clusterRules.begun]).toEqual([['differs'], []]);
  });

  it('a watch that is begun anew has more time each time, as a beginning may be slow', async () => {
    const parts = setUp();
    parts.caches.rules.held.push(rule('gone'));
    await waits(parts, 60);
    expect(parts.caches.rules.begun.length).toBeLessThanOrEqual(5);
    parts.caches.rules.held.pop();
    await waits(parts, 1);
    parts.caches.rules.held.push(rule('gone'));
    await waits(parts, 4);
    expect(parts.caches.rules.begun.length).toBeLessThanOrEqual(6);
  });
});

describe('a namespace', () => {
  it('that changed is taken as it was read, until the watch knows more', async () => {
    const { freshness, caches, server } = setUp();
    server.namespace = shop('2');
    freshness.prove(KEY);
    await settle();
    expect(freshness.of('shop')).toEqual({ state: 'Fresh' });
    expect((await freshness.namespace('shop'))?.metadata.labels).toEqual({ version: '2' });
    caches.namespaces.held = [shop('3')];
    expect((await freshness.namespace('shop'))?.metadata.labels).toEqual({ version: '3' });
    expect(freshness.of('shop').state).toBe('Unproved');
  });

  it('is proved for itself alone', async () => {
    const { freshness } = setUp();
    freshness.prove(KEY);
    await settle();
    expect(freshness.of('elsewhere').state).toBe('Unproved');
  });
});

describe('the half minute after which a person is asked', () => {
  const since = (ms: number) => ({ state: 'Unproved', failingSince: new Date(NOW + ms) });

  it.each([
    ['is refused', failing(403)],
    ['fails', failing(500)],
    ['is not answered', failing(0)],
  ])('begins when the list of rules %s while the API server answers', async (_, error) => {
    const parts = setUp();
    parts.server.rules = error;
    await waits(parts, 3);
    expect(parts.freshness.of('shop')).toEqual(since(0));
    expect(parts.server.troubles).toBe(3);
  });

  it.each([0, 401, 403, 429, 500])(
    'does not run while every answer is %s, and begins after that',
    async (status) => {
      const parts = setUp();
      parts.server.rules = failing(status);
      parts.server.checkpoints = failing(status);
      parts.server.namespace = failing(status);
      await waits(parts, 40);
      expect(parts.freshness.of('shop')).toEqual({ state: 'Unproved' });
      parts.server.checkpoints = [];
      await waits(parts, 2);
      expect(parts.freshness.of('shop')).toEqual(since(40_000));
    },
  );

  it('is counted anew after a proof, and after nobody asked for a while', async () => {
    const parts = setUp();
    parts.server.rules = failing(403);
    await waits(parts, 2);
    parts.server.rules = [rule('small')];
    await waits(parts, 1);
    parts.server.rules = failing(403);
    await waits(parts, 2);
    expect(parts.freshness.of('shop')).toEqual(since(3_000));
    parts.timers.advance(60_000);
    expect(parts.freshness.of('shop')).toEqual({ state: 'Unproved' });
  });

  it('runs while only namespaces cannot be read', async () => {
    const parts = setUp();
    parts.server.namespace = failing(403);
    await waits(parts, 3);
    expect(parts.freshness.of('shop')).toMatchObject({ state: 'Unproved', failingSince: expect.any(Date) });
  });
});
