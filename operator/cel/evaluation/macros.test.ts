import { describe, expect, it } from 'vitest';
import { evaluate, failure } from '../../../test/support/evaluate.ts';

const CONTEXT =
  '{"items":[{"price":5,"sku":"a"},{"price":7,"sku":"b"}],"odd":[1,"x",null],"tiers":{"gold":1,"silver":2}}';

describe('what decides, whatever else fails', () => {
  it.each([
    ['missing || true', true],
    ['true || missing', true],
    ['missing && false', false],
    ['false && missing', false],
    ['odd.exists(x, x < 2)', true],
    ['odd.all(x, x > 1)', false],
    ['odd.exists(i, x, x < 2)', true],
    ['!(missing && odd.all(x, x > 1))', true],
    ['cel.bind(x, 1 / 0, true)', true],
    ['true ? true : missing', true],
  ])('%s is %s', (source, expected) => {
    expect(evaluate(source, CONTEXT)).toBe(expected);
  });

  it.each([
    ['missing || false', '1:1: there is no context key missing'],
    ['true && missing', '1:9: there is no context key missing'],
    ['odd.exists(x, x > 5)', '1:15: string and int have no order'],
    ['odd.all(x, x < 2)', '1:12: string and int have no order'],
    ['odd.exists_one(x, x < 2)', '1:19: string and int have no order'],
    ['odd.filter(x, x < 2).size() == 1', '1:15: string and int have no order'],
    ['[1, 2].filter(x, odd[2]).size() == 2', '1:18: a condition does not take null_type'],
    ['[1, 2].map(x, odd[2], x).size() == 2', '1:15: a condition does not take null_type'],
    ['[1, 2].exists(x, odd[2])', '1:18: a condition does not take null_type'],
    ['odd[2] ? true : false', '1:1: a condition does not take null_type'],
    ['odd.map(x, x + 1).size() == 1', '1:12: + does not take string, int'],
    ['items.all(x, x.price)', '1:14: a condition does not take double'],
    ['items ? true : false', '1:1: a condition does not take list'],
    ['!items', '1:2: a condition does not take list'],
    ['"x".size() == 1 && tiers', '1:20: a condition does not take map'],
    ['tiers.gold.all(x, x > 0)', '1:1: walking a list or map does not take double'],
    ['cel.bind(x, 1 / 0, x > 0)', '1:13: division by zero'],
  ])('%s fails with its place and kind', (source, text) => {
    expect(failure(source, CONTEXT)).toBe(text);
  });
});

describe('macros', () => {
  it.each([
    ['walk maps by their keys', 'tiers.all(k, k.size() > 3) && tiers.map(k, k) == ["gold", "silver"]'],
    ['walk with an index', 'items.all(i, x, x.price >= i) && items.exists(i, x, i == 1 && x.sku == "b")'],
    ['walk with key and value', 'tiers.existsOne(k, v, k == "gold" && v == 1)'],
    ['filter what they map', 'items.map(x, x.price > 5, x.sku) == ["b"]'],
    ['make lists', 'tiers.transformList(k, v, v > 1, k) == ["silver"]'],
    ['make maps', 'tiers.transformMap(k, v, v + 1) == {"gold": 2.0, "silver": 3.0}'],
    ['make maps of entries', 'items.transformMapEntry(i, x, {x.sku: x.price}) == {"a": 5.0, "b": 7.0}'],
    ['sort', 'items.sortBy(x, -x.price).map(x, x.sku) == ["b", "a"]'],
    ['chain', 'items.filter(x, x.price > 5).map(x, x.price * 2).exists(p, p == 14)'],
    ['nest three deep', 'items.all(a, items.exists(b, items.exists_one(c, c == b && b == a)))'],
    ['hide what is around them', 'items.exists(items, items.price == 7)'],
    ['see what is around them', 'items.all(x, [1].all(y, x.price > y))'],
    ['bind', 'cel.bind(p, items[0].price, p * p == 25.0)'],
    ['walk nothing', '[].all(x, x > 0) && ![].exists(x, x > 0)'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source, CONTEXT)).toBe(true);
  });

  it('make no map with a key twice', () => {
    expect(failure('items.transformMapEntry(i, x, {"a": i}).size() == 1', CONTEXT)).toBe(
      '1:1: a map has each key once',
    );
  });

  it('sort nothing of several types', () => {
    expect(failure('odd.sortBy(x, x).size() == 3', CONTEXT)).toBe('1:1: what is sorted must be of one type');
  });
});

describe('optional values', () => {
  it.each([
    ['are there', 'context.?tiers.?gold.hasValue() && context.?tiers.gold.value() == 1'],
    ['or not', '!context.?nothing.?deep.hasValue() && context.?nothing.deep.orValue(3) == 3'],
    ['of lists', 'items[?0].hasValue() && !items[?5].hasValue() && items[?0].price.value() == 5'],
    ['of what is no map', '!context.tiers.gold.?x.hasValue()'],
    ['choose', 'context.?nothing.or(context.?tiers).hasValue()'],
    ['are mapped', 'context.?tiers.optMap(t, t.gold + 1).orValue(0) == 2'],
    ['are mapped flat', '!context.?tiers.optFlatMap(t, t.?bronze).hasValue()'],
    [
      'are made',
      'optional.of(1).value() == 1 && !optional.none().hasValue() && !optional.ofNonZeroValue(0).hasValue()',
    ],
    ['are unwrapped', 'optional.unwrap([optional.of(1), optional.none()]) == [1]'],
    ['evaluate no more than they need', 'optional.of(true).orValue(1 / 0 == 1)'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source, CONTEXT)).toBe(true);
  });

  it.each([
    ['optional.none().value() == 1', '1:1: the optional has no value'],
    ['items[?tiers].hasValue()', '1:1: looking for a key does not take map'],
    ['dyn(1).orValue(2) == 1', '1:1: orValue() does not take int'],
    ['optional.of(ip("::1")) == optional.of(dyn(1))', '1:1: == does not take optional_type, optional_type'],
  ])('have no value: %s', (source, text) => {
    expect(failure(source, CONTEXT)).toBe(text);
  });
});
