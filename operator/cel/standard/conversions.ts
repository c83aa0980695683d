import type { Meter } from '../cost.ts';
import { CelError, type Result } from '../errors.ts';
import type { Library } from '../signatures.ts';
import {
  Duration,
  INT_MAX,
  isInt64,
  SECOND,
  type Timestamp,
  Type,
  typeNameOf,
  UINT_MAX,
  Uint,
  type Value,
} from '../values.ts';
import { durationText, parseDuration } from './duration.ts';
import { parseDouble, shortest } from './numbers.ts';
import { parseTimestamp, secondsOf, timestampOf, timestampText } from './timestamp.ts';

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

const same = (_meter: Meter, value: Value): Value => value;

function failed(what: string): CelError {
  return new CelError('conversion', what);
}

function overflow(type: string): CelError {
  return new CelError('overflow', `the number is out of the range of ${type}`);
}

/** Texts longer than this are no number, time or duration; reading them would cost more than it says. */
const READABLE = 400;

/** What it costs to read a text or to write a number, beside its characters: as long as so many steps. */
const READ_COST = 20;
const WRITE_COST = 10;

/** Reads a text by `parse`, which gives undefined for what it cannot read. */
function reading(what: string, parse: (text: string) => Value | undefined) {
  return (meter: Meter, text: string): Result => {
    meter.spend(READ_COST);
    meter.spendText(text.length);
    const value = text.length > READABLE ? undefined : parse(text);
    return value === undefined ? failed(what) : value;
  };
}

function writing<T>(write: (value: T) => string) {
  return (meter: Meter, value: T): Result => {
    meter.spend(WRITE_COST);
    return write(value);
  };
}

function parseBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}

function parseInt64(text: string): bigint | undefined {
  const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
  return value !== undefined && isInt64(value) ? value : undefined;
}

function parseUint(text: string): Uint | undefined {
  const value = /^\d+$/.test(text) ? BigInt(text) : undefined;
  return value !== undefined && value <= UINT_MAX ? new Uint(value) : undefined;
}

function intOfDouble(_meter: Meter, value: number): Result {
  return value > -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : overflow('int');
}

function uintOfDouble(_meter: Meter, value: number): Result {
  return value >= 0 && value < 2 ** 64 ? new Uint(BigInt(Math.trunc(value))) : overflow('uint');
}

function uintOfInt(_meter: Meter, value: bigint): Result {
  return value >= 0n ? new Uint(value) : overflow('uint');
}

function intOfUint(_meter: Meter, { value }: Uint): Result {
  return value <= INT_MAX ? value : overflow('int');
}

function stringOfBytes(meter: Meter, bytes: Uint8Array): Result {
  meter.spendText(bytes.length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return failed('string() takes bytes that are UTF-8');
  }
}

function bytesOfString(meter: Meter, text: string): Result {
  meter.spendText(text.length);
  return new TextEncoder().encode(text);
}

function timestampOfInt(_meter: Meter, seconds: bigint): Result {
  return timestampOf(seconds * SECOND) ?? failed('timestamp() takes seconds of the years 1 to 9999');
}

function durationOf(text: string): Duration | undefined {
  const nanos = parseDuration(text);
  return nanos === undefined ? undefined : new Duration(nanos);
}

/** From one type to another. */
export const CONVERSIONS: Library = {
  'dyn(A): dyn': same,
  'type(dyn): type': (_meter, value: Value) => new Type(typeNameOf(value)),
  'bool(bool): bool': same,
  'bool(string): bool': reading('bool() takes "true" or "false"', parseBool),
  'bytes(bytes): bytes': same,
  'bytes(string): bytes': bytesOfString,
  'double(double): double': same,
  'double(int): double': (_meter, value: bigint) => Number(value),
  'double(uint): double': (_meter, { value }: Uint) => Number(value),
  'double(string): double': reading('double() takes a decimal number', parseDouble),
  'int(int): int': same,
  'int(uint): int': intOfUint,
  'int(double): int': intOfDouble,
  'int(string): int': reading('int() takes a whole decimal number of 64 bits', parseInt64),
  'int(timestamp): int': (_meter, value: Timestamp) => secondsOf(value).seconds,
  'int(duration): int': (_meter, { nanos }: Duration) => nanos,
  'uint(uint): uint': same,
  'uint(int): uint': uintOfInt,
  'uint(double): uint': uintOfDouble,
  'uint(string): uint': reading('uint() takes a whole decimal number of 64 bits without a sign', parseUint),
  'string(string): string': same,
  'string(bool): string': (_meter, value: boolean) => String(value),
  'string(int): string': writing(String),
  'string(uint): string': writing(({ value }: Uint) => String(value)),
  'string(double): string': writing(shortest),
  'string(bytes): string': stringOfBytes,
  'string(timestamp): string': writing(timestampText),
  'string(duration): string': writing(({ nanos }: Duration) => durationText(nanos)),
  'timestamp(timestamp): timestamp': same,
  'timestamp(int): timestamp': timestampOfInt,
  'timestamp(string): timestamp': reading(
    'timestamp() takes a date and time of RFC 3339, e.g. "2026-11-02T10:00:00Z"',
    parseTimestamp,
  ),
  'duration(duration): duration': same,
  'duration(string): duration': reading(
    'duration() takes e.g. "1h30m" or "500ms", up to 292 years',
    durationOf,
  ),
};
