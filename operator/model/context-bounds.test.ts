import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTEXT_BYTES, CONTEXT_DEPTH, contextProblems, LIST_ITEMS } from './context-bounds.ts';

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
};

describe('the bounds of a context', () => {
  it.each([
    ['nothing', undefined],
    ['an empty object', {}],
    ['ordinary facts', { amount: 12.5, tags: ['a'], customer: { vip: true, note: null } }],
    ['the largest safe number', { n: 2 ** 53 - 1, m: -(2 ** 53 - 1) }],
    ['a list of 1000', { list: Array.from({ length: 1000 }, () => 0) }],
    ['32 levels', nested(32)],
    ['64 KiB', { a: 'x'.repeat(CONTEXT_BYTES - 8) }],
  ])('hold for %s', (_, context) => {
    expect(contextProblems(context)).toEqual([]);
  });

  it.each([
    ['a number of 2^53', { a: { n: 2 ** 53 } }, 'spec.context.a.n', 'below 2^53'],
    ['a number of -2^53', { n: -(2 ** 53) }, 'spec.context.n', 'below 2^53'],
    ['infinity', { n: Number.POSITIVE_INFINITY }, 'spec.context.n', 'below 2^53'],
    ['no number', { n: Number.NaN }, 'spec.context.n', 'below 2^53'],
    [
      'a list of 1001',
      { l: [Array.from({ length: 1001 }, () => 0)] },
      'spec.context.l[0]',
      'at most 1000 items, has 1001',
    ],
    ['33 levels', { a: nested(32) }, `spec.context${'.a'.repeat(32)}`, 'at most 32 levels deep'],
    ['more than 64 KiB', { a: 'x'.repeat(CONTEXT_BYTES - 7) }, 'spec.context', 'at most 65536 bytes'],
    ['two-byte characters', { a: 'é'.repeat(CONTEXT_BYTES / 2) }, 'spec.context', 'at most 65536 bytes'],
    [
      'a key of a prototype',
      JSON.parse('{"__proto__":{"n":1e300}}'),
      'spec.context.__proto__.n',
      'below 2^53',
    ],
    ['a key that is no name', { 'a b"': 1e300 }, 'spec.context["a b\\""]', 'below 2^53'],
  ])('refuse %s, naming the place', (_, context, path, message) => {
    const [problem] = contextProblems(context);
    expect(problem?.path).toBe(path);
    expect(problem?.message).toContain(message);
  });

  it('name the place in a path that cannot mislead or flood a terminal', () => {
    const at = (context: object): string | undefined => contextProblems(context)[0]?.path;
    expect(at({ 'a\u202eb\u0007\u2028': 1e300 })).toBe('spec.context["a\\u{202E}b\\u0007\\u{2028}"]');
    expect(at({ ['k'.repeat(1000)]: { price: 1e300 } })).toBe(`spec.context["${'k'.repeat(64)}"…].price`);
    const long = {
      ['a'.repeat(60)]: { ['b'.repeat(60)]: { ['c'.repeat(60)]: { ['d'.repeat(60)]: [{ e: 1e300 }] } } },
    };
    expect(at(long)).toMatch(/^spec\.context\.a+\.b+…b\.c+\.d+\[0\]\.e$/);
    expect(at(long)).toHaveLength(257);
  });

  it('count the same bytes as JSON has', () => {
    const context = { text: 'a\n"\\\u{1F600}', list: [1, -2.5, true, null, {}], empty: [], more: { k: 'v' } };
    const exact = Buffer.byteLength(JSON.stringify(context));
    const filled = { ...context, fill: 'x'.repeat(CONTEXT_BYTES - exact - ',"fill":""'.length) };
    expect(Buffer.byteLength(JSON.stringify(filled))).toBe(CONTEXT_BYTES);
    expect(contextProblems(filled)).toEqual([]);
    expect(contextProblems({ ...filled, fill: `${filled.fill}x` })).toHaveLength(1);
  });

  it('neither overflow the stack nor list without end', () => {
    expect(contextProblems(nested(5_000))).toHaveLength(1);
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, 1e300]));
    expect(contextProblems(wide)).toHaveLength(10);
    expect(contextProblems({ a: 'x'.repeat(10_000_000) })).toHaveLength(1);
  });
});

it('the bounds of a context are those that its field promises', async () => {
  const crd = await readFile(join(import.meta.dirname, '..', '..', 'crds', 'checkpoints.yaml'), 'utf8');
  const sizes = `${CONTEXT_BYTES / 1024} KiB, ${CONTEXT_DEPTH} levels and ${LIST_ITEMS} items in each list`;
  expect(crd.replaceAll(/\s+/g, ' ')).toContain(sizes);
});
