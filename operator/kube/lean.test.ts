import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { ObjectMeta } from '../../crds/types.ts';
import { lean } from './lean.ts';
import { ObjectCache } from './object-cache.ts';

const IDENTITY: ObjectMeta = {
  name: 'refund',
  namespace: 'shop',
  uid: 'u-1',
  resourceVersion: '7',
  generation: 1,
  creationTimestamp: '2026-11-02T10:00:00Z',
  deletionTimestamp: '2026-11-02T11:00:00Z',
};

const whole = () => ({
  metadata: {
    ...IDENTITY,
    generateName: 're-',
    labels: { team: 'shop' },
    annotations: { note: 'x', channel: 'C1' },
    finalizers: ['example.com/held'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'y' }],
    managedFields: [{ manager: 'kubectl' }],
  },
  spec: { action: 'pay' },
});

describe('what a cache keeps of an object', () => {
  it('is the object without what nobody reads of its metadata', () => {
    expect(lean(whole())).toEqual({ metadata: IDENTITY, spec: { action: 'pay' } });
  });

  it('is also its labels, and the annotations that are named, where they are read', () => {
    const { metadata } = lean(whole(), { labels: true, annotations: ['channel', 'other', 'constructor'] });
    expect(metadata).toEqual({ ...IDENTITY, labels: { team: 'shop' }, annotations: { channel: 'C1' } });
  });

  it('is no label where there is none, and no time that nobody gave', () => {
    const { metadata } = lean({ metadata: { name: 'shop' } as ObjectMeta }, { labels: true });
    expect(JSON.stringify(metadata)).toBe('{"name":"shop"}');
  });

  it('is kept so by a cache, however it comes', () => {
    const cache = new ObjectCache<{ metadata: ObjectMeta }>({
      onChange: () => undefined,
      log: pino({ level: 'silent' }),
      kept: { labels: true },
    });
    cache.put(whole());
    cache.replace([whole()]);
    expect(cache.items().map(({ metadata }) => Object.keys(metadata).sort())).toEqual([
      [...Object.keys(IDENTITY), 'labels'].sort(),
    ]);
  });
});
