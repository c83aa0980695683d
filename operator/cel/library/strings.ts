import type { Meter } from '../cost.ts';
import { CelError, type Result } from '../errors.ts';
import { ESCAPES } from '../golang/quote.ts';
import type { Library } from '../signatures.ts';
import { hasNoSurrogates, sizeOf, slice } from '../text.ts';
import type { List } from '../values.ts';

function outOfRange(index: bigint): CelError {
  return new CelError('index_out_of_range', `index out of range: ${index}`);
}

/** Looking for one text in another may compare each character with each. */
function spendSearch(meter: Meter, text: string, part: string): void {
  meter.spend(Math.ceil(text.length / 10) * Math.max(1, Math.ceil(part.length / 10)));
}

/** Positions count code points, which JavaScript has to look for. */
function spendPositions(meter: Meter, text: string): void {
  meter.spendText(2 * text.length);
}

function charAt(meter: Meter, text: string, index: bigint): Result {
  spendPositions(meter, text);
  const size = sizeOf(text);
  if (index < 0n || index > size) return outOfRange(index);
  return slice(text, Number(index), Number(index) + 1);
}

/** How many UTF-16 units so many code points take, which the text has. */
function unitsOf(text: string, points: number): number {
  return hasNoSurrogates(text) ? points : slice(text, 0, points).length;
}

/** Where a text stands that was found at a unit, or -1, in code points. */
function pointOf(text: string, unit: number): bigint {
  return BigInt(unit < 0 ? -1 : sizeOf(text.slice(0, unit)));
}

function indexOf(meter: Meter, text: string, part: string, offset = 0n): Result {
  spendSearch(meter, text, part);
  spendPositions(meter, text);
  if (offset < 0n) return outOfRange(offset);
  const size = BigInt(sizeOf(text));
  if (part === '') return offset > size ? size : offset;
  if (offset >= size) return -1n;
  return pointOf(text, text.indexOf(part, unitsOf(text, Number(offset))));
}

function lastIndexOf(meter: Meter, text: string, part: string, offset?: bigint): Result {
  spendSearch(meter, text, part);
  spendPositions(meter, text);
  if (offset !== undefined && offset < 0n) return outOfRange(offset);
  const size = BigInt(sizeOf(text));
  if (part === '') return offset === undefined || offset > size ? size : offset;
  if (offset === undefined) return pointOf(text, text.lastIndexOf(part));
  if (offset >= size) return -1n;
  return pointOf(text, text.lastIndexOf(part, unitsOf(text, Number(offset))));
}

function substring(meter: Meter, text: string, start: bigint, end?: bigint): Result {
  spendPositions(meter, text);
  const size = BigInt(sizeOf(text));
  const to = end ?? size;
  if (end !== undefined && start > to) {
    return new CelError('index_out_of_range', `invalid substring range. start: ${start}, end: ${to}`);
  }
  if (start < 0n || start > size) return outOfRange(start);
  if (to > size) return outOfRange(to);
  return slice(text, Number(start), Number(to));
}

/** Units between which a part stands, from the left, at most so often; an empty part stands between any two code points. */
function* places(text: string, part: string, limit: number): Generator<number> {
  let at = part === '' ? 0 : text.indexOf(part);
  for (let found = 0; at >= 0 && at <= text.length && found < limit; found += 1) {
    yield at;
    at = part === '' ? after(text, at) : text.indexOf(part, at + part.length);
  }
}

/** The unit behind the code point at a unit; beyond the end behind the last. */
function after(text: string, unit: number): number {
  return unit + ((text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1);
}

/** Each place costs, as something will be put there. */
function howOften(meter: Meter, text: string, ...[part, limit]: [string, number]): number {
  let count = 0;
  for (const _ of places(text, part, limit)) {
    meter.spend(2);
    count += 1;
  }
  return count;
}

function limitOf(count: bigint): number {
  return count < 0n ? Number.POSITIVE_INFINITY : Number(count);
}

function replace(meter: Meter, text: string, ...[old, put, count = -1n]: [string, string, bigint?]): Result {
  spendSearch(meter, text, old);
  const limit = limitOf(count);
  const times = howOften(meter, text, old, limit);
  meter.spendText(text.length + times * (put.length - old.length));
  const parts: string[] = [];
  let from = 0;
  for (const at of places(text, old, times)) {
    parts.push(text.slice(from, at));
    from = at + old.length;
  }
  return [...parts, text.slice(from)].join(put);
}

function split(meter: Meter, text: string, separator: string, count = -1n): Result {
  spendSearch(meter, text, separator);
  const limit = limitOf(count);
  if (limit === 0) return [];
  return separator === '' ? characters(meter, text, limit) : splitAt(meter, text, separator, limit);
}

function characters(meter: Meter, text: string, limit: number): string[] {
  meter.spend(text.length);
  const all = Array.from(text);
  return all.length <= limit ? all : [...all.slice(0, limit - 1), all.slice(limit - 1).join('')];
}

function splitAt(meter: Meter, text: string, ...[separator, limit]: [string, number]): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const at of places(text, separator, limit - 1)) {
    meter.spend(1);
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  return [...parts, text.slice(from)];
}

function join(meter: Meter, list: List, separator = ''): Result {
  meter.spend(list.length);
  const texts: string[] = [];
  for (const item of list) {
    if (typeof item !== 'string') return new CelError('no_such_overload', 'join: invalid input');
    texts.push(item);
  }
  const between = separator.length * Math.max(0, texts.length - 1);
  meter.spendText(texts.reduce((length, text) => length + text.length, between));
  return texts.join(separator);
}

/** Unicode's white space, as Go has it: U+0085 is of it, U+FEFF is not. */
const SPACE = /\p{White_Space}/u;

/** From both ends, not by one pattern: that would try each run of blanks anew from each of its characters. */
function trim(meter: Meter, text: string): string {
  meter.spendText(2 * text.length);
  let from = 0;
  let to = text.length;
  while (from < to && SPACE.test(text.charAt(from))) from += 1;
  while (to > from && SPACE.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

const transformed = (change: (text: string) => string) => (meter: Meter, text: string) => {
  meter.spendText(4 * text.length);
  return change(text);
};

function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  return `"${text.replace(/[\x07-\r\\"]/g, (character) => ESCAPES.get(character) ?? character)}"`;
}

/** Strings, as cel-go's extension has them. Positions count code points. `reverse` is of its version 3, Kubernetes has 2. */
export const STRINGS: Library = {
  'string.charAt(int): string': charAt,
  'string.indexOf(string): int': indexOf,
  'string.indexOf(string, int): int': indexOf,
  'string.lastIndexOf(string): int': lastIndexOf,
  'string.lastIndexOf(string, int): int': lastIndexOf,
  'string.substring(int): string': substring,
  'string.substring(int, int): string': substring,
  'string.replace(string, string): string': replace,
  'string.replace(string, string, int): string': replace,
  'string.split(string): list<string>': split,
  'string.split(string, int): list<string>': split,
  'list<string>.join(): string': join,
  'list<string>.join(string): string': join,
  'string.trim(): string': trim,
  'string.lowerAscii(): string': transformed((text) => text.replace(/[A-Z]+/g, (run) => run.toLowerCase())),
  'string.upperAscii(): string': transformed((text) => text.replace(/[a-z]+/g, (run) => run.toUpperCase())),
  'string.reverse(): string': (meter, text: string) => {
    meter.spend(Math.ceil(text.length / 4));
    return Array.from(text).reverse().join('');
  },
  'strings.quote(string): string': transformed(quote),
};
