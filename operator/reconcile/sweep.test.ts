import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { waitFor } from '../../test/support/eventually.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { registry } from '../metrics.ts';
import { sweep } from './sweep.ts';
import { sweepRegularly } from './sweeper.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const PAGE = 2;

const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

/** Decided so many minutes ago; expires an hour after. */
const decided = (name: string, minutes: number) => ({
  metadata: { name, namespace: 'shop', uid: name },
  spec: { ttlSecondsAfterDecision: 3600 },
  status: { decision: { decisionTime: minutesAgo(minutes) } },
});

/** A store that refuses to delete some, and whose token expires when a page is asked for the nth time. */
function storeOf(
  objects: ReturnType<typeof decided>[],
  refused: readonly string[] = [],
  expiresAt = Infinity,
) {
  let lists = 0;
  const left = new Set(objects);
  const client = {
    list: vi.fn((_: unknown, { continue: token = '0' }: { continue?: string }) => {
      lists += 1;
      if (lists === expiresAt) {
        return Promise.reject(new ApiError({ status: 410, reason: 'Expired', message: 'token' }));
      }
      const end = Number(token) + PAGE;
      const items = objects.slice(Number(token), end).filter((each) => left.has(each));
      return Promise.resolve({ items, ...(end < objects.length ? { continue: String(end) } : {}) });
    }),
    delete: vi.fn((_: unknown, { name }: { name: string }) => {
      if (refused.includes(name)) {
        return Promise.reject(new ApiError({ status: 403, reason: 'Forbidden', message: 'a policy' }));
      }
      for (const each of left) if (each.metadata.name === name) left.delete(each);
      return Promise.resolve();
    }),
    clock: { now: () => NOW },
  };
  return { client: client as never as KubeClient, lists: () => lists, left: () => [...left].map(nameOf) };
}

const nameOf = ({ metadata }: ReturnType<typeof decided>): string => metadata.name;

function logged() {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });
  return { log, lines };
}

async function count(name: string, cause: string): Promise<number> {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return values.find(({ labels }) => labels['cause'] === cause)?.value ?? 0;
}

describe('a sweep', () => {
  const announce = () => Promise.resolve();

  it('goes on after what cannot be deleted, counts it and tells of it once', async () => {
    const names = ['a', 'stuck', 'b', 'stuck-too', 'c'];
    const store = storeOf(
      names.map((name) => decided(name, 90)),
      ['stuck', 'stuck-too'],
    );
    const { log, lines } = logged();
    const before = await count('approvalgate_checkpoints_sweep_failures_total', 'Forbidden');
    const done = await sweep({ client: store.client, now: NOW, cap: 1, log, announce });
    expect(done).toEqual({ seen: 5, expired: 3, overCap: 0 });
    expect(store.left()).toEqual(['stuck', 'stuck-too']);
    expect(await count('approvalgate_checkpoints_sweep_failures_total', 'Forbidden')).toBe(before + 2);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ failures: 2, firstError: 'shop/stuck: a policy' });
  });

  it('deletes others instead where one of the oldest of too many cannot be deleted', async () => {
    const objects = ['stuck', 'old', 'old-too', 'new'].map((name) => decided(name, name === 'new' ? 1 : 30));
    const store = storeOf(objects, ['stuck']);
    const { log, lines } = logged();
    const done = await sweep({ client: store.client, now: NOW, cap: 2, log, announce });
    expect(done).toEqual({ seen: 4, expired: 0, overCap: 2 });
    expect(store.left()).toEqual(['stuck', 'new']);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      'more settled checkpoints than 2: deleted the 2 oldest before their time',
      'some checkpoints could not be deleted',
    ]);
  });

  it('whose list expires half way has deleted and counted what it saw, and the next one goes on', async () => {
    const store = storeOf(
      ['a', 'b', 'c'].map((name) => decided(name, 90)),
      [],
      2,
    );
    const { log } = logged();
    const before = await count('approvalgate_checkpoints_swept_total', 'expired');
    const options = { client: store.client, now: NOW, log, announce };
    await expect(sweep(options)).rejects.toMatchObject({ status: 410 });
    expect(store.left()).toEqual(['c']);
    expect(await count('approvalgate_checkpoints_swept_total', 'expired')).toBe(before + 2);
    expect(await sweep(options)).toMatchObject({ expired: 1 });
    expect(store.left()).toEqual([]);
  });

  it('ends between two checkpoints when the operator stops', async () => {
    const store = storeOf(['a', 'b', 'c'].map((name) => decided(name, 90)));
    const stop = new AbortController();
    vi.mocked(store.client.delete).mockImplementationOnce(() => Promise.resolve(stop.abort()));
    await sweep({ client: store.client, now: NOW, log: logged().log, announce, signal: stop.signal });
    expect(store.client.delete).toHaveBeenCalledTimes(1);
  });
});

describe('sweeping', () => {
  it.each([
    ['a minute after the start where sweeps are rarer', 300, [60_000, 300_000, 300_000]],
    ['at its own pace where that is quicker', 10, [10_000, 10_000, 10_000]],
  ])('begins %s, and goes on after a sweep that failed', async (_, sweepSeconds, waits) => {
    const store = storeOf([decided('a', 1)], [], 1);
    const [timers, stop] = [new ManualTimers(), new AbortController()];
    const { log } = logged();
    const options = { client: store.client, instance: 'i', log, sweepSeconds, timers };
    const sweeping = sweepRegularly(options, stop.signal);
    for (const [sweeps, wait] of waits.entries()) {
      await waitFor(() => expect(timers.next).toBe(wait));
      expect(store.lists()).toBe(sweeps);
      timers.advance(wait);
    }
    await waitFor(() => expect(store.lists()).toBe(waits.length));
    stop.abort();
    await sweeping;
  });
});
