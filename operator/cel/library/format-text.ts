import type { Meter } from '../cost.ts';
import { CelError, isError } from '../errors.ts';
import { fixed } from '../golang/decimal.ts';
import { quote } from '../golang/quote.ts';
import { durationText } from '../standard/duration.ts';
import { shortest } from '../standard/numbers.ts';
import { timestampText } from '../standard/timestamp.ts';
import { compareText } from '../text.ts';
import {
  CelMap,
  Duration,
  isList,
  type List,
  Timestamp,
  Type,
  typeNameOf,
  Uint,
  type Value,
} from '../values.ts';

type Text = string | CelError;

/** What quoting a part and putting it in its place takes, in steps. */
const LITERAL_COST = 5;

/** What writing a double exactly takes, in steps. */
export const DOUBLE_COST = 100;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What `%s` writes for a value: texts as they are, lists and maps as CEL would write them. Pays as it goes. */
export function formatted(value: Value, meter: Meter): Text {
  meter.spend(1);
  if (isList(value)) return listText(value, meter);
  if (value instanceof CelMap) return mapText(value, meter);
  return plainText(value, meter) ?? unfit(value);
}

function unfit(value: Value): CelError {
  return new CelError(
    'format',
    `string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeNameOf(value)}`,
  );
}

/** A value without parts; undefined for what has no text. */
function plainText(value: Value, meter: Meter): Text | undefined {
  if (typeof value === 'string') {
    meter.spendText(value.length);
    return value;
  }
  if (typeof value === 'number') return shortest(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return bytesText(value, meter);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Type) return value.name;
  return timeText(value);
}

function timeText(value: Value): string | undefined {
  if (value instanceof Timestamp) return timestampText(value);
  return value instanceof Duration ? durationText(value.nanos) : undefined;
}

function bytesText(bytes: Uint8Array, meter: Meter): Text {
  meter.spendText(bytes.length);
  try {
    return decoder.decode(bytes);
  } catch {
    return new CelError('format', 'invalid UTF-8 in bytes, cannot convert to string');
  }
}

/** A part of a list or a map, written so that CEL reads it again. */
function literal(value: Value, meter: Meter): Text {
  meter.spend(LITERAL_COST);
  if (typeof value === 'number') {
    meter.spend(DOUBLE_COST);
    return Number.isFinite(value) ? fixed(value, 6) : quote(shortest(value));
  }
  const text = formatted(value, meter);
  if (isError(text)) return text;
  meter.spendText(text.length);
  if (typeof value === 'string') return quote(text);
  if (value instanceof Uint8Array) return `b${quote(text)}`;
  if (value instanceof Timestamp) return `timestamp(${quote(text)})`;
  return value instanceof Duration ? `duration(${quote(text)})` : text;
}

function listText(list: List, meter: Meter): Text {
  const texts: string[] = [];
  for (const item of list) {
    const text = literal(item, meter);
    if (isError(text)) return text;
    texts.push(text);
  }
  return `[${texts.join(', ')}]`;
}

/** In the order of the keys' texts. */
function mapText(map: CelMap, meter: Meter): Text {
  const entries: (readonly [string, string])[] = [];
  for (const [key, value] of map.entries()) {
    const left = literal(key, meter);
    const right = literal(value, meter);
    if (isError(left)) return left;
    if (isError(right)) return right;
    entries.push([left, right]);
  }
  entries.sort(([left], [right]) => compareText(left, right));
  return `{${entries.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}
