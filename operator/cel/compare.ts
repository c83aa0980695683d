import type { Meter } from './cost.ts';
import { CelError } from './errors.ts';
import { order } from './order.ts';
import { compareText } from './text.ts';
import {
  CelMap,
  Duration,
  isList,
  type List,
  Opaque,
  Optional,
  Timestamp,
  Type,
  typeNameOf,
  Uint,
  type Value,
} from './values.ts';

/** Whether two values are equal; unlike types never are, but for numbers, which compare by value. Pays what it walks. */
export function equal(left: Value, right: Value, meter: Meter): boolean {
  meter.spend(1);
  const numbers = compareNumbers(left, right);
  if (numbers !== undefined) return numbers === 0;
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') {
    return equalPlain(left, right, meter);
  }
  if (isList(left)) return isList(right) && equalLists(left, right, meter);
  return equalObjects(left, right, meter);
}

function equalPlain(left: Value, right: Value, meter: Meter): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    meter.spendText(Math.min(left.length, right.length));
  }
  return left === right;
}

function equalLists(left: List, right: List, meter: Meter): boolean {
  return left.length === right.length && left.every((item, index) => equal(item, at(right, index), meter));
}

function at(list: List, index: number): Value {
  return list[index] ?? null;
}

function equalObjects(left: Exclude<Value, List>, right: Value, meter: Meter): boolean {
  if (left instanceof CelMap) return right instanceof CelMap && equalMaps(left, right, meter);
  if (left instanceof Optional) return right instanceof Optional && equalOptionals(left, right, meter);
  if (left instanceof Opaque) return right instanceof Opaque && equalOpaque(left, right, meter);
  if (left instanceof Type) return right instanceof Type && left.name === right.name;
  return compareScalars(left, right, meter) === 0;
}

function equalMaps(left: CelMap, right: CelMap, meter: Meter): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left.entries()) {
    meter.spend(1);
    const other = right.get(key);
    if (other === undefined || !equal(value, other, meter)) return false;
  }
  return true;
}

function equalOptionals({ value: left }: Optional, { value: right }: Optional, meter: Meter): boolean {
  if (left === undefined || right === undefined) return left === right;
  return equal(left, right, meter);
}

function equalOpaque(left: Opaque, right: Opaque, meter: Meter): boolean {
  return left.typeName === right.typeName && left.equals(right, meter);
}

/** Below, at or above 0; an error where the two have no order. Pays what it walks. */
export function compare(left: Value, right: Value, meter: Meter): number | CelError {
  const result = compareNumbers(left, right) ?? compareScalars(left, right, meter);
  if (result === undefined) return noOrder(left, right);
  return Number.isNaN(result) ? new CelError('nan', 'NaN has no order') : result;
}

/** Undefined unless both are of one type that has an order and is no number. */
function compareScalars(left: Value, right: Value, meter: Meter): number | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    meter.spendText(Math.min(left.length, right.length));
    return compareText(left, right);
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareBytes(left, right, meter);
  return compareTimes(left, right);
}

function compareTimes(left: Value, right: Value): number | undefined {
  const moments = left instanceof Timestamp && right instanceof Timestamp;
  const spans = left instanceof Duration && right instanceof Duration;
  return moments || spans ? order(left.nanos, right.nanos) : undefined;
}

function noOrder(left: Value, right: Value): CelError {
  return new CelError('no_such_overload', `${typeNameOf(left)} and ${typeNameOf(right)} have no order`);
}

function isNumber(value: Value): value is bigint | number | Uint {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint;
}

/**
 * Undefined unless both are numbers; NaN if one of them is NaN. As in cel-go an integer becomes a double before it is
 * compared with one. So an integer beyond 2^53 may equal a double that is slightly different.
 */
function compareNumbers(left: Value, right: Value): number | undefined {
  if (!isNumber(left) || !isNumber(right)) return undefined;
  const a = plain(left);
  const b = plain(right);
  if (typeof a === 'bigint' && typeof b === 'bigint') return order(a, b);
  const x = Number(a);
  const y = Number(b);
  return Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : order(x, y);
}

function plain(number: bigint | number | Uint): bigint | number {
  return number instanceof Uint ? number.value : number;
}

function compareBytes(left: Uint8Array, right: Uint8Array, meter: Meter): number {
  meter.spendText(Math.min(left.length, right.length));
  return Buffer.compare(left, right);
}
