import type { Meter } from './cost.ts';
import { CelError, type Result } from './errors.ts';
import { secondsOf, timestampOf } from './standard/timestamp.ts';
import { Duration, isInt64, isList, SECOND, Timestamp, UINT_MAX, Uint, type Value } from './values.ts';

type Operator = '+' | '-' | '*' | '/' | '%';

/** Undefined where the operator does not take such operands. */
type Arithmetic = (left: Value, right: Value, meter: Meter) => Result | undefined;

const overflow = (type: string): CelError =>
  new CelError('overflow', `the result is out of the range of ${type}`);

const WHOLE: Readonly<Record<Operator, (left: bigint, right: bigint) => bigint>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

const REAL: Readonly<Partial<Record<Operator, (left: number, right: number) => number>>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

const OTHERS: Readonly<Partial<Record<Operator, Arithmetic>>> = { '+': add, '-': subtract };

/**
 * What an operator gives for numbers, texts, lists and times; undefined where it does not take them. An int and a double
 * mix, as a double: the numbers of JSON are doubles, and an author writes `amount * 2`. Every range is checked.
 */
export function arithmetic(operator: Operator): Arithmetic {
  const whole = wholeNumbers(operator);
  const real = REAL[operator];
  const other = OTHERS[operator];
  return (left, right, meter) => {
    if (typeof left === 'bigint' && typeof right === 'bigint') return whole(left, right);
    if (isReal(left) && isReal(right)) return real?.(Number(left), Number(right));
    if (left instanceof Uint && right instanceof Uint) return wholeUints(operator, left, right);
    return other?.(left, right, meter);
  };
}

function isReal(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function wholeNumbers(operator: Operator): (left: bigint, right: bigint) => bigint | CelError {
  const compute = WHOLE[operator];
  if (operator !== '/' && operator !== '%') return (left, right) => int(compute(left, right));
  return (left, right) => {
    if (right === 0n) return byZero();
    // In cel-go the smallest int has no quotient by -1, and so no remainder either.
    return isInt64(left / right) ? compute(left, right) : overflow('int');
  };
}

function int(value: bigint): bigint | CelError {
  return isInt64(value) ? value : overflow('int');
}

function wholeUints(operator: Operator, left: Uint, right: Uint): Uint | CelError {
  if ((operator === '/' || operator === '%') && right.value === 0n) return byZero();
  const result = WHOLE[operator](left.value, right.value);
  return result >= 0n && result <= UINT_MAX ? new Uint(result) : overflow('uint');
}

function byZero(): CelError {
  return new CelError('division_by_zero', 'division by zero');
}

function add(left: Value, right: Value, meter: Meter): Result | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    meter.spendText(left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    meter.spend(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    meter.spendText(left.length + right.length);
    return Buffer.concat([left, right]);
  }
  return addTimes(left, right);
}

function addTimes(left: Value, right: Value): Result | undefined {
  if (left instanceof Timestamp && right instanceof Duration) return moved(left, right.nanos);
  if (!(left instanceof Duration)) return undefined;
  if (right instanceof Timestamp) return moved(right, left.nanos);
  return right instanceof Duration ? span(left.nanos + right.nanos) : undefined;
}

function subtract(left: Value, right: Value): Result | undefined {
  if (left instanceof Duration && right instanceof Duration) return span(left.nanos - right.nanos);
  if (!(left instanceof Timestamp)) return undefined;
  if (right instanceof Timestamp) return between(left, right);
  // As in cel-go, which adds the negated duration: the smallest duration cannot be negated.
  if (right instanceof Duration)
    return isInt64(-right.nanos) ? moved(left, -right.nanos) : overflow('duration');
  return undefined;
}

/** As in cel-go, which takes the whole seconds first: they must fit by themselves. */
function between(left: Timestamp, right: Timestamp): Result {
  const seconds = secondsOf(left).seconds - secondsOf(right).seconds;
  return isInt64(seconds * SECOND) ? span(left.nanos - right.nanos) : overflow('duration');
}

function moved({ nanos, offset }: Timestamp, by: bigint): Result {
  return timestampOf(nanos + by, offset) ?? overflow('timestamp');
}

function span(nanos: bigint): Result {
  return isInt64(nanos) ? new Duration(nanos) : overflow('duration');
}

export function negate(value: Value): Result | undefined {
  if (typeof value === 'number') return -value;
  if (typeof value !== 'bigint') return undefined;
  return int(-value);
}
