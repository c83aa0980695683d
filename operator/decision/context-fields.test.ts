import { describe, expect, it } from 'vitest';
import { flattenContext } from './context-fields.ts';

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
