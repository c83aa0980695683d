import { describe, expect, it } from 'vitest';
import { causesInBrief } from './causes.ts';

describe('the causes in a condition', () => {
  it('are all there where they fit', () => {
    expect(causesInBrief(['One.', 'Two.'])).toBe('One.\nTwo.');
  });

  it('are whole, and the rest is counted, where they do not', () => {
    const causes = Array.from(
      { length: 30 },
      (_, i) => `Rule CheckpointRule/${'x'.repeat(60)}-${i} requires approval.`,
    );
    const lines = causesInBrief(causes).split('\n');
    expect(causesInBrief(causes).length).toBeLessThanOrEqual(1024);
    expect(causes).toEqual(expect.arrayContaining(lines.slice(0, -1)));
    expect(lines.at(-1)).toBe(`And ${30 - (lines.length - 1)} more: status.evaluations has them all.`);
  });

  it('begin with the first, cut, where even that one does not fit', () => {
    const text = causesInBrief(['x'.repeat(2_000), 'Two.']);
    expect(text.length).toBeLessThanOrEqual(1024);
    expect(text).toMatch(/^x+…\nAnd 1 more: status\.evaluations has them all\.$/u);
  });
});
