import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattenContext } from './fields.ts';

describe('the context as lines', () => {
  it('keeps the order and joins nested keys by dots', () => {
    expect(flattenContext({ amount: 12, customer: { id: 'c-7', vip: false }, note: null })).toEqual([
      { label: 'amount', value: '12' },
      { label: 'customer.id', value: 'c-7' },
      { label: 'customer.vip', value: 'false' },
      { label: 'note', value: 'null' },
    ]);
  });

  it('keeps a list of plain values on one line and numbers the others', () => {
    expect(flattenContext({ tags: ['a', 'b'], items: [{ sku: 1 }, { sku: 2 }] })).toEqual([
      { label: 'tags', value: 'a, b' },
      { label: 'items[0].sku', value: '1' },
      { label: 'items[1].sku', value: '2' },
    ]);
  });

  it('shows what is empty', () => {
    expect(flattenContext({ a: {}, b: [] })).toEqual([
      { label: 'a', value: '{}' },
      { label: 'b', value: '[]' },
    ]);
  });

  it('quotes a key that could be read as a path', () => {
    const context = { a: { b: 9000, 'c d': { e: 1 } }, 'a.b': 5, 'l[0]': 1, l: [{ x: 1 }], '': 2, '"a"': 3 };
    expect(flattenContext(context).map(({ label }) => label)).toEqual([
      ...['a.b', 'a."c d".e', '"a.b"', '"l[0]"', 'l[0].x', '""', '"\\"a\\""'],
    ]);
  });

  it('quotes a key of letters that look like others', () => {
    const latin = 'amount';
    const cyrillic = '\u0430mount';
    expect(flattenContext({ [latin]: 1, [cyrillic]: 2 }).map(({ label }) => label)).toEqual([
      latin,
      `"${cyrillic}"`,
    ]);
  });

  it('gives no two paths the same label', () => {
    const key = fc.constantFrom('a', 'b', '', 'a.b', 'a[0]', '"a"', '"a".b', '[0]', '\\');
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constant(1),
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(key, tree), (context) => {
        const labels = flattenContext(context).map(({ label }) => label);
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });

  it.each([
    [['x, y', 'z'], '"x, y", z'],
    [['x', 'y', 'z'], 'x, y, z'],
    [['red shoes', 'a-1', 'mia@shop.example'], 'red shoes, a-1, mia@shop.example'],
    [['1', 1, 'null', null, 'true', true], '"1", 1, "null", null, "true", true'],
    [
      ['', ' ', 'a  b', 'say "no"', 'a\nb', 'x\u201A y'],
      '"", " ", "a \\u{20}b", "say \\"no\\"", "a\\nb", "x\u201A y"',
    ],
  ])('quotes an item of a list that could be read as another: %j', (list, value) => {
    expect(flattenContext({ list })).toEqual([{ label: 'list', value }]);
  });

  it('does not overflow the stack on a deeply nested context', () => {
    let context: Record<string, unknown> = { end: 1 };
    for (let depth = 0; depth < 5_000; depth += 1) context = { a: context };
    expect(flattenContext(context)).toEqual([{ label: `${'a.'.repeat(5_000)}end`, value: '1' }]);
  });

  it('treats the keys of prototypes as plain keys', () => {
    expect(flattenContext(JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown>)).toEqual([
      { label: '__proto__.x', value: '1' },
    ]);
  });
});
