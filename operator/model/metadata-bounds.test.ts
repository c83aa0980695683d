import { describe, expect, it } from 'vitest';
import { metadataProblems } from './metadata-bounds.ts';

const entries = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
const problems = (metadata: unknown, before?: unknown) =>
  metadataProblems(metadata, before).map(({ path, message }) => `${path}: ${message}`);

describe('metadata', () => {
  it.each([[undefined], [null], [[]], [{}], [{ labels: null, annotations: 7 }], [{ labels: entries(64) }]])(
    'of the form %j has no problem',
    (metadata) => {
      expect(problems(metadata)).toEqual([]);
    },
  );

  it('out of bounds is named with its size and the limit', () => {
    const managedFields = [{ manager: 'x'.repeat(600_000) }];
    expect(problems({ labels: entries(65), annotations: entries(10_000), managedFields })).toEqual([
      'metadata.labels: has 65 entries, and may have 64',
      'metadata.annotations: has 10000 entries, and may have 64',
      'metadata.managedFields: has 600016 bytes as JSON, and may have 524288',
    ]);
  });

  it('that was stored out of bounds may stay and shrink, and not grow', () => {
    const before = { labels: entries(100) };
    expect(problems({ labels: entries(100) }, before)).toEqual([]);
    expect(problems({ labels: entries(70) }, before)).toEqual([]);
    expect(problems({ labels: entries(101) }, before)).toHaveLength(1);
    expect(problems({ labels: entries(65) }, { labels: entries(64) })).toHaveLength(1);
  });
});
