import type { Meter } from '../cost.ts';
import { CelError, type Result } from '../errors.ts';
import type { Library } from '../signatures.ts';
import {
  CelMap,
  Duration,
  isList,
  type List,
  NONE,
  Optional,
  Timestamp,
  Uint,
  type Value,
} from '../values.ts';

function ofNonZeroValue(_meter: Meter, value: Value): Result {
  return isZero(value) ? NONE : new Optional(value);
}

/** As Go's zero values; the zero of a moment is the first of year 1. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true;
  if (isList(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelMap) return value.size === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanos === 0n;
  return value instanceof Timestamp && value.nanos === FIRST_OF_YEAR_1;
}

const FIRST_OF_YEAR_1 = -62_135_596_800_000_000_000n;

function unwrap(meter: Meter, list: List): Result {
  meter.spend(list.length);
  const found: Value[] = [];
  for (const item of list) {
    if (!(item instanceof Optional))
      return new CelError('no_such_overload', 'unwrap takes a list of optionals');
    if (item.value !== undefined) found.push(item.value);
  }
  return found;
}

/** Optional values; `or`, `orValue`, `optMap` and `optFlatMap`, which evaluate only what they need, are macros. */
export const OPTIONALS: Library = {
  'optional.of(A): optional<A>': (_meter, value: Value) => new Optional(value),
  'optional.none(): optional<A>': () => NONE,
  'optional.ofNonZeroValue(A): optional<A>': ofNonZeroValue,
  'optional<A>.hasValue(): bool': (_meter, { value }: Optional) => value !== undefined,
  'optional<A>.value(): A': (_meter, { value }: Optional) =>
    value === undefined ? new CelError('no_value', 'the optional has no value') : value,
  'optional.unwrap(list<optional<A>>): list<A>': unwrap,
  'list<optional<A>>.unwrapOpt(): list<A>': unwrap,
};
