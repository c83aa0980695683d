import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { OwnWrites } from './own-writes.ts';

function version(resourceVersion: string, uid = 'u1'): Checkpoint {
  return {
    metadata: { name: 'refund', namespace: 'shop', uid, resourceVersion },
    spec: { action: 'refund' },
  };
}

describe('the latest version of an object', () => {
  it('is the own write while the cache still shows what it replaced', () => {
    const latest = new OwnWrites();
    latest.note(version('1'), version('2'));
    expect(latest.newest(version('1')).metadata.resourceVersion).toBe('2');
  });

  it('stays the last of several own writes, whichever of them the cache shows', () => {
    const latest = new OwnWrites();
    latest.note(version('1'), version('2'));
    latest.note(version('2'), version('3'));
    expect(latest.newest(version('1')).metadata.resourceVersion).toBe('3');
    expect(latest.newest(version('2')).metadata.resourceVersion).toBe('3');
  });

  it('is the cached one as soon as somebody else wrote', () => {
    const latest = new OwnWrites();
    latest.note(version('1'), version('2'));
    expect(latest.newest(version('9')).metadata.resourceVersion).toBe('9');
    latest.dropOlderThan(version('9'));
    expect(latest.newest(version('1')).metadata.resourceVersion).toBe('1');
  });

  it('is kept while the cache is behind', () => {
    const latest = new OwnWrites();
    latest.note(version('1'), version('2'));
    latest.dropOlderThan(version('1'));
    expect(latest.newest(version('1')).metadata.resourceVersion).toBe('2');
  });

  it('never mixes up two objects of the same name', () => {
    const latest = new OwnWrites();
    latest.note(version('1', 'u1'), version('2', 'u1'));
    expect(latest.newest(version('1', 'u2')).metadata.uid).toBe('u2');
  });

  it('is forgotten once taken', () => {
    const latest = new OwnWrites();
    latest.note(version('1'), version('2'));
    expect(latest.take('u1')?.metadata.resourceVersion).toBe('2');
    expect(latest.take('u1')).toBeUndefined();
  });
});
