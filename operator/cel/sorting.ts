import { compare } from './compare.ts';
import type { Meter } from './cost.ts';
import { CelError, isError, type Result } from './errors.ts';
import { type List, typeNameOf, type Value } from './values.ts';

/** The items in the order of their keys, which must be of one type that has an order. Pays for each comparison. */
export function sortByKeys(list: List, keys: List, meter: Meter): Result {
  meter.spend(list.length);
  const type = typeNameOf(keys[0] ?? null);
  if (keys.some((key) => typeNameOf(key) !== type)) {
    return new CelError('no_such_overload', 'what is sorted must be of one type');
  }
  let failed: CelError | undefined;
  const order = (left: Value, right: Value): number => {
    meter.spend(1);
    const result = compare(left, right, meter);
    if (!isError(result)) return result;
    failed = result;
    return 0;
  };
  const pairs = list.map((item, index) => ({ item, key: keys[index] ?? null }));
  if (pairs.length === 1) order(pairs[0]?.key ?? null, pairs[0]?.key ?? null);
  pairs.sort((left, right) => order(left.key, right.key));
  return failed ?? pairs.map(({ item }) => item);
}
