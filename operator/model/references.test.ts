import { describe, expect, it } from 'vitest';
import { byScopeThenName, keyOf, partsOf, refOf, ruleName } from './references.ts';

describe('references', () => {
  it.each([
    [{ namespace: 'shop', name: 'refund' }, 'shop/refund', ['shop', 'refund']],
    [{ name: 'refund' }, '/refund', ['', 'refund']],
  ])('%j is found again by its key', (metadata, key, parts) => {
    expect(keyOf({ metadata })).toBe(key);
    expect(partsOf(keyOf({ metadata }))).toEqual(parts);
  });

  it('name a rule by its kind, which items of a list do not have', () => {
    const refs = [{ name: 'b' }, { name: 'a' }, { namespace: 'shop', name: 'z' }].map((metadata) =>
      refOf({ metadata }),
    );
    expect(refs.sort(byScopeThenName).map(ruleName)).toEqual([
      'CheckpointRule/z',
      'ClusterCheckpointRule/a',
      'ClusterCheckpointRule/b',
    ]);
  });
});
