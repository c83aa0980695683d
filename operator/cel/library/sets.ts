import { equal } from '../compare.ts';
import type { Meter } from '../cost.ts';
import type { Library } from '../signatures.ts';
import type { List } from '../values.ts';

function containsAll(meter: Meter, list: List, others: List): boolean {
  return others.every((other) => has(meter, list, other));
}

function has(meter: Meter, list: List, wanted: List[number]): boolean {
  meter.spend(1);
  return list.some((item) => equal(item, wanted, meter));
}

/** Lists taken as sets, as cel-go's extension has them. Each comparison of two items costs. */
export const SETS: Library = {
  'sets.contains(list<A>, list<A>): bool': containsAll,
  'sets.intersects(list<A>, list<A>): bool': (meter, list: List, others: List) =>
    list.some((item) => has(meter, others, item)),
  'sets.equivalent(list<A>, list<A>): bool': (meter, list: List, others: List) =>
    containsAll(meter, list, others) && containsAll(meter, others, list),
};
