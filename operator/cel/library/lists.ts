import { arithmetic } from '../arithmetic.ts';
import { compare, equal } from '../compare.ts';
import type { Meter } from '../cost.ts';
import { CelError, isError, type Result } from '../errors.ts';
import type { Implementation, Library } from '../signatures.ts';
import { sortByKeys } from '../sorting.ts';
import {
  DURATION,
  Duration,
  isList,
  type List,
  NONE,
  Optional,
  TIMESTAMP,
  typeNameOf,
  Uint,
  type Value,
} from '../values.ts';

const SUMMABLE = ['int', 'uint', 'double', 'duration'];
const COMPARABLE = [...SUMMABLE, 'bool', 'timestamp', 'string', 'bytes'];

const LONG_NAMES: Readonly<Record<string, string>> = { duration: DURATION, timestamp: TIMESTAMP };

/** One overload for each type that the items may have; `T` in the signature stands for it. */
function forEach(types: readonly string[], signature: string, call: Implementation): Library {
  return Object.fromEntries(types.map((type) => [signature.replaceAll('T', type), call]));
}

function isOneOf(types: readonly string[], value: Value): boolean {
  const name = typeNameOf(value);
  return types.some((type) => (LONG_NAMES[type] ?? type) === name);
}

function unfit(what: string, value: Value): CelError {
  return new CelError('no_such_overload', `${what}() does not take a list of ${typeNameOf(value)}`);
}

const plus = arithmetic('+');

/**
 * Adds the items as `+` does, but all must be of one type. The sum of an empty list is the zero of the type that is
 * known.
 */
function sum(zero: Value, meter: Meter, list: List): Result {
  meter.spend(2 * list.length);
  const [first = zero, ...rest] = list;
  if (!isOneOf(SUMMABLE, first)) return unfit('sum', first);
  let total: Value = first;
  for (const item of rest) {
    const next = typeNameOf(item) === typeNameOf(first) ? plus(total, item, meter) : undefined;
    if (next === undefined) return unfit('sum', item);
    if (isError(next)) return next;
    total = next;
  }
  return total;
}

function sumFrom(zero: Value): Implementation {
  return (meter: Meter, list: List) => sum(zero, meter, list);
}

/** An item that has no order with the rest is an error; cel-go would pass it by. */
function extreme(what: 'min' | 'max') {
  return (meter: Meter, list: List): Result => {
    meter.spend(2 * list.length);
    const [first, ...rest] = list;
    if (first === undefined) return new CelError('empty_list', `${what} called on empty list`);
    if (!isOneOf(COMPARABLE, first)) return unfit(what, first);
    return rest.reduce<Result>(
      (found, item) => (isError(found) ? found : pick(what, found, item, meter)),
      first,
    );
  };
}

function pick(what: 'min' | 'max', found: Value, item: Value, meter: Meter): Result {
  const order = compare(item, found, meter);
  if (isError(order)) return order;
  return (what === 'min' ? order < 0 : order > 0) ? item : found;
}

function isSorted(meter: Meter, list: List): Result {
  meter.spend(2 * list.length);
  const [first = 0n, ...rest] = list;
  if (!isOneOf(COMPARABLE, first)) return unfit('isSorted', first);
  let sorted = true;
  let before = first;
  for (const item of rest) {
    const order = compare(before, item, meter);
    if (isError(order)) return order;
    if (order > 0) sorted = false;
    before = item;
  }
  return sorted;
}

function indexOf(meter: Meter, list: List, wanted: Value): bigint {
  return BigInt(list.findIndex((item) => equal(item, wanted, meter)));
}

function lastIndexOf(meter: Meter, list: List, wanted: Value): bigint {
  return BigInt(list.findLastIndex((item) => equal(item, wanted, meter)));
}

function includes(meter: Meter, target: Value, wanted: Value): boolean {
  return isList(target) ? indexOf(meter, target, wanted) >= 0n : equal(target, wanted, meter);
}

function slice(meter: Meter, list: List, start: bigint, end: bigint): Result {
  const refused = (why: string) =>
    new CelError('index_out_of_range', `cannot slice(${start}, ${end}), ${why}`);
  if (start < 0n || end < 0n) return refused('negative indexes not supported');
  if (start > end) return refused('start index must be less than or equal to end index');
  if (end > list.length) return refused(`list is length ${list.length}`);
  meter.spend(Number(end - start));
  return list.slice(Number(start), Number(end));
}

function flatten(meter: Meter, list: List, depth = 1n): Result {
  if (depth < 0n) return new CelError('depth', 'level must be non-negative');
  const flat: Value[] = [];
  const take = (items: List, levels: bigint): void => {
    for (const item of items) {
      meter.spend(1);
      if (isList(item) && levels > 0n) take(item, levels - 1n);
      else flat.push(item);
    }
  };
  take(list, depth);
  return flat;
}

function sort(meter: Meter, list: List): Result {
  const [first = 0n] = list;
  return isOneOf(COMPARABLE, first) ? sortByKeys(list, list, meter) : unfit('sort', first);
}

function reverse(meter: Meter, list: List): List {
  meter.spend(list.length);
  return list.toReversed();
}

/** The first of each that are equal. */
function distinct(meter: Meter, list: List): List {
  const kept: Value[] = [];
  for (const item of list) {
    meter.spend(1);
    if (!kept.some((other) => equal(item, other, meter))) kept.push(item);
  }
  return kept;
}

function range(meter: Meter, size: bigint): Result {
  if (size < 0n) {
    return new CelError('range', `lists.range: size must be non-negative, got ${size}`);
  }
  meter.spend(Number(size));
  return Array.from({ length: Number(size) }, (_, index) => BigInt(index));
}

function itemAt(list: List, index: number): Optional {
  const item = list.at(index);
  return item === undefined ? NONE : new Optional(item);
}

/** Lists: Kubernetes' own library and cel-go's extension. Items are compared as `==` and `<` compare them. */
export const LISTS: Library = {
  'list<int>.sum(): int': sumFrom(0n),
  'list<uint>.sum(): uint': sumFrom(new Uint(0n)),
  'list<double>.sum(): double': sumFrom(0),
  'list<duration>.sum(): duration': sumFrom(new Duration(0n)),
  ...forEach(COMPARABLE, 'list<T>.min(): T', extreme('min')),
  ...forEach(COMPARABLE, 'list<T>.max(): T', extreme('max')),
  ...forEach(COMPARABLE, 'list<T>.isSorted(): bool', isSorted),
  ...forEach(COMPARABLE, 'list<T>.sort(): list<T>', sort),
  'list<A>.indexOf(A): int': indexOf,
  'list<A>.lastIndexOf(A): int': lastIndexOf,
  'dyn.includes(dyn): bool': includes,
  'list<A>.slice(int, int): list<A>': slice,
  'list<list<A>>.flatten(): list<A>': flatten,
  'list<dyn>.flatten(int): list<dyn>': flatten,
  'list<A>.reverse(): list<A>': reverse,
  'list<A>.distinct(): list<A>': distinct,
  'list<A>.first(): optional<A>': (_meter, list: List) => itemAt(list, 0),
  'list<A>.last(): optional<A>': (_meter, list: List) => itemAt(list, -1),
  'lists.range(int): list<int>': range,
};
