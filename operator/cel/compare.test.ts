import { describe, expect, it } from 'vitest';
import { compare, equal } from './compare.ts';
import { CostExceeded, Meter } from './cost.ts';
import { CelError } from './errors.ts';
import { CelMap, Duration, NONE, Optional, Timestamp, Type, Uint, type Value } from './values.ts';

const meter = (): Meter => new Meter('one rule', 1_000);
const map = (...entries: [string | bigint | boolean | Uint, Value][]): CelMap => CelMap.of(entries);

describe('equal', () => {
  it.each<[string, Value, Value, boolean]>([
    ['numbers of three types by value', 1n, new Uint(1n), true],
    ['an int and a double', 2n, 2, true],
    ['an int that a double cannot tell, as in cel-go', 9007199254740993n, 9007199254740992, true],
    ['NaN', Number.NaN, Number.NaN, false],
    ['a number and its text', 1n, '1', false],
    ['true and 1', true, 1n, false],
    ['null and null', null, null, true],
    ['null and false', null, false, false],
    ['lists', [1n, 'a'], [1, 'a'], true],
    ['lists of other lengths', [1n], [1n, 1n], false],
    ['maps in another order', map(['a', 1n], ['b', 2n]), map(['b', 2], ['a', 1]), true],
    ['maps by the value of their keys', map([1n, 'x']), map([new Uint(1n), 'x']), true],
    ['a map and one with a prototype key', map(['currency', 'USD']), map(['__proto__', map()]), false],
    ['bytes', new Uint8Array([1]), new Uint8Array([1]), true],
    ['moments to the nanosecond', new Timestamp(1n), new Timestamp(2n), false],
    ['a moment and a span', new Timestamp(1n), new Duration(1n), false],
    ['spans', new Duration(5n), new Duration(5n), true],
    ['optional values', new Optional(1n), new Optional(1), true],
    ['none and none', NONE, new Optional(undefined), true],
    ['none and null', NONE, new Optional(null), false],
    ['types', new Type('int'), new Type('int'), true],
  ])('%s', (_, left, right, expected) => {
    expect(equal(left, right, meter())).toBe(expected);
    expect(equal(right, left, meter())).toBe(expected);
  });

  it('pays for what it walks', () => {
    const big = Array.from({ length: 2_000 }, () => 'a');
    expect(() => equal(big, [...big], meter())).toThrow(CostExceeded);
  });
});

describe('compare', () => {
  it.each<[string, Value, Value]>([
    ['text by code points', '\uffff', '\u{10000}'],
    ['shorter text', 'a', 'aa'],
    ['int and double', 1n, 1.5],
    ['uint and int', -1n, new Uint(0n)],
    ['booleans', false, true],
    ['bytes', new Uint8Array([1]), new Uint8Array([1, 0])],
    ['moments', new Timestamp(1n), new Timestamp(2n)],
    ['spans', new Duration(-1n), new Duration(0n)],
  ])('orders %s', (_, less, more) => {
    expect(compare(less, more, meter())).toBeLessThan(0);
    expect(compare(more, less, meter())).toBeGreaterThan(0);
    expect(compare(less, less, meter())).toBe(0);
  });

  it.each<[Value, Value]>([
    [1n, 'a'],
    [null, null],
    [[1n], [2n]],
    [Number.NaN, 1],
    [1n, Number.NaN],
    [new Timestamp(1n), new Duration(1n)],
  ])('has no order for %s and %s', (left, right) => {
    expect(compare(left, right, meter())).toBeInstanceOf(CelError);
  });
});
