import { describe, expect, test } from 'vitest';
import { conditionGives } from '../../../test/support/cel.ts';

describe('a list', () => {
  test.each([
    '[1, 3].sum() == 4',
    '[1.5, 2.5].sum() == 4.0',
    '[1u, 2u].sum() == 3u',
    '[duration("1m"), duration("1s")].sum() == duration("61s")',
    '[].sum() == 0',
    'type([0.5].filter(x, false).sum()) == double && type([1u].slice(0, 0).sum()) == uint',
    'items.map(i, i.price * i.count).sum() == 25.5',
    '[1, 3, 2].max() == 3 && [1, 3, 2].min() == 1',
    '["b", "a"].min() == "a"',
    '[dyn(1), dyn(2.5)].max() == 2.5',
    '[false, true].max()',
    '[1, 2, 2, 3].isSorted() && ![2, 1].isSorted() && [].isSorted()',
    '["b", "a", "c"].sort() == ["a", "b", "c"]',
    '["😀", "\uffff"].sort() == ["\uffff", "😀"]',
    '[3, 1, 2].sortBy(n, -n) == [3, 2, 1]',
    '[1, 2, 2, 3].indexOf(2) == 1 && [1, 2, 2, 3].lastIndexOf(2) == 2',
    '[1.0].indexOf(1.1) == -1',
    '[1, 2].includes(2) && !"abc".includes("a") && "abc".includes("abc")',
    '[1, 2, 3, 4].slice(1, 3) == [2, 3]',
    '[[1], [2, 3]].flatten() == [1, 2, 3]',
    'nested.flatten(2) == [1, 2, 3, 4] && nested.flatten().size() == 4',
    'nested.flatten(0) == nested',
    '[1, 2, 3].reverse() == [3, 2, 1]',
    '[dyn(1), dyn(2), dyn(1), dyn(1.0), dyn("1")].distinct() == [dyn(1), dyn(2), dyn("1")]',
    '[1, 2].first().value() == 1 && [1, 2].last().orValue(0) == 2 && [].first().orValue(7) == 7',
    'lists.range(3) == [0, 1, 2] && lists.range(0) == []',
  ])('%s', (condition) => {
    const items = [
      { price: 10, count: 2 },
      { price: 5.5, count: 1 },
    ];
    expect(conditionGives(condition, { context: { items, nested: [1, [2], [3, [4]]] } })).toBe(true);
  });

  test.each([
    ['[].min() == 0', 'min called on empty list'],
    ['[].max() == 0', 'max called on empty list'],
    ['values.sum() < 10', 'sum() does not take a list of string'],
    ['values.max() < 10', 'string and double have no order'],
    ['values.isSorted()', 'double and string have no order'],
    ['values.sort() == []', 'what is sorted must be of one type'],
    ['[null].map(n, dyn(n)).max() == 1', 'max() does not take a list of null_type'],
    ['[9223372036854775807, 1].sum() > 0', 'the result is out of the range of int'],
    ['[1, 2].slice(0, 3) == []', 'cannot slice(0, 3), list is length 2'],
    ['[1, 2].slice(2, 1) == []', 'cannot slice(2, 1), start index must be less than or equal to end index'],
    ['[1, 2].slice(-1, 1) == []', 'cannot slice(-1, 1), negative indexes not supported'],
    ['[[1]].flatten(-1) == []', 'level must be non-negative'],
    ['lists.range(-1) == []', 'lists.range: size must be non-negative, got -1'],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition, { context: { values: [1, '2'] } })).toBe(message);
  });
});

describe('sets', () => {
  test.each([
    'sets.contains([1, 2, 3], [dyn(2), dyn(3.0)]) && sets.contains([], []) && !sets.contains([1], [2])',
    'sets.intersects([1, 2], [2, 3]) && !sets.intersects([1], []) && !sets.intersects([1], [2])',
    'sets.equivalent([1, 2, 2], [2, 1]) && !sets.equivalent([1], [1, 2]) && sets.equivalent([], [])',
    'sets.contains(["eu", "us"], regions)',
  ])('%s', (condition) => {
    expect(conditionGives(condition, { context: { regions: ['eu'] } })).toBe(true);
  });

  test('take lists alone', () => {
    expect(conditionGives('sets.contains(regions, ["eu"])', { context: { regions: 'eu' } })).toBe(
      'contains() does not take string, list',
    );
  });
});
