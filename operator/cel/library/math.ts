import { compare } from '../compare.ts';
import type { Meter } from '../cost.ts';
import { CelError, isError, type Result } from '../errors.ts';
import type { Library } from '../signatures.ts';
import { isInt64, type List, typeNameOf, Uint, type Value } from '../values.ts';

const NUMBERS = ['int', 'uint', 'double'];
/** `math.greatest` and `math.least` of more numbers take a list. */
const MOST_ARGUMENTS = 8;

/**
 * Takes one list, or the numbers themselves. An argument that is no number is an error, even if it would not be chosen.
 */
function extreme(what: 'greatest' | 'least') {
  return (meter: Meter, ...values: Value[]): Result => {
    const [first] = values;
    const numbers = values.length === 1 && Array.isArray(first) ? (first as List) : values;
    meter.spend(numbers.length);
    const unfit = numbers.find((value) => !NUMBERS.includes(typeNameOf(value)));
    if (unfit !== undefined || numbers.length === 0) {
      return new CelError(
        'no_such_overload',
        `math.${what}() takes numbers, or a list of them that is not empty`,
      );
    }
    return numbers.reduce<Result>((found, value) => preferred(what, found, value, meter), numbers[0] ?? 0n);
  };
}

function preferred(what: 'greatest' | 'least', found: Result, value: Value, meter: Meter): Result {
  if (isError(found)) return found;
  const order = compare(value, found, meter);
  if (isError(order)) return order;
  return (what === 'least' ? order < 0 : order > 0) ? value : found;
}

/** One overload for each type and number of arguments that Kubernetes' users write: one, two, or more. */
function overloadsOf(what: 'greatest' | 'least'): Library {
  const lists = NUMBERS.map((type) => [`math.${what}(list<${type}>): ${type}`, extreme(what)]);
  const single = NUMBERS.map((type) => [`math.${what}(${type}): ${type}`, extreme(what)]);
  const pairs = NUMBERS.flatMap((left) =>
    NUMBERS.map((right) => [
      `math.${what}(${left}, ${right}): ${left === right ? left : 'dyn'}`,
      extreme(what),
    ]),
  );
  const more = Array.from({ length: MOST_ARGUMENTS - 2 }, (_, index) => {
    const params = new Array<string>(index + 3).fill('dyn').join(', ');
    return [`math.${what}(${params}): dyn`, extreme(what)];
  });
  return Object.fromEntries([...lists, ...single, ...pairs, ...more]);
}

/** Half away from zero, as Go rounds; JavaScript rounds -0.5 up. */
function round(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

function absoluteInt(_meter: Meter, value: bigint): Result {
  const positive = value < 0n ? -value : value;
  return isInt64(positive) ? positive : new CelError('overflow', 'integer overflow');
}

function signOf(value: bigint): bigint {
  if (value === 0n) return 0n;
  return value < 0n ? -1n : 1n;
}

const real = (compute: (value: number) => number) => (_meter: Meter, value: number) => compute(value);
const root = (_meter: Meter, value: number | bigint | Uint) =>
  Math.sqrt(Number(value instanceof Uint ? value.value : value));

function bits(name: string, compute: (left: bigint, right: bigint) => bigint): Library {
  return {
    [`math.${name}(int, int): int`]: (_meter: Meter, left: bigint, right: bigint) => compute(left, right),
    [`math.${name}(uint, uint): uint`]: (_meter: Meter, left: Uint, right: Uint) =>
      new Uint(compute(left.value, right.value)),
  };
}

/** By 64 and more nothing is left; a shift to the right fills up with zeros, of a negative int too. */
function shift(name: string, compute: (value: bigint, by: bigint) => bigint): Library {
  const shifted = (value: bigint, by: bigint): bigint | CelError => {
    if (by < 0n) return new CelError('negative_offset', `math.${name}() negative offset: ${by}`);
    return by > 63n ? 0n : BigInt.asUintN(64, compute(BigInt.asUintN(64, value), by));
  };
  return {
    [`math.${name}(int, int): int`]: (_meter: Meter, value: bigint, by: bigint) => {
      const result = shifted(value, by);
      return isError(result) ? result : BigInt.asIntN(64, result);
    },
    [`math.${name}(uint, int): uint`]: ((_meter: Meter, value: Uint, by: bigint) => {
      const result = shifted(value.value, by);
      return isError(result) ? result : new Uint(result);
    }) satisfies (meter: Meter, value: Uint, by: bigint) => Result,
  };
}

/** Numbers, as cel-go's extension has them. Kubernetes' environment is without it. */
export const MATH: Library = {
  ...overloadsOf('greatest'),
  ...overloadsOf('least'),
  'math.ceil(double): double': real(Math.ceil),
  'math.floor(double): double': real(Math.floor),
  'math.round(double): double': real(round),
  'math.trunc(double): double': real(Math.trunc),
  'math.isInf(double): bool': (_meter, value: number) => Math.abs(value) === Number.POSITIVE_INFINITY,
  'math.isNaN(double): bool': (_meter, value: number) => Number.isNaN(value),
  'math.isFinite(double): bool': (_meter, value: number) => Number.isFinite(value),
  'math.abs(double): double': real(Math.abs),
  'math.abs(int): int': absoluteInt,
  'math.abs(uint): uint': (_meter, value: Uint) => value,
  'math.sign(double): double': real((value) => (value === 0 ? 0 : Math.sign(value))),
  'math.sign(int): int': (_meter, value: bigint) => signOf(value),
  'math.sign(uint): uint': (_meter, { value }: Uint) => new Uint(signOf(value)),
  'math.sqrt(double): double': root,
  'math.sqrt(int): double': root,
  'math.sqrt(uint): double': root,
  ...bits('bitAnd', (left, right) => left & right),
  ...bits('bitOr', (left, right) => left | right),
  ...bits('bitXor', (left, right) => left ^ right),
  'math.bitNot(int): int': (_meter, value: bigint) => ~value,
  'math.bitNot(uint): uint': (_meter, { value }: Uint) => new Uint(BigInt.asUintN(64, ~value)),
  ...shift('bitShiftLeft', (value, by) => value << by),
  ...shift('bitShiftRight', (value, by) => value >> by),
};
