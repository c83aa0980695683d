import type { Meter } from '../cost.ts';
import { CelError, isError, type Result } from '../errors.ts';
import { grouped, scientific } from '../golang/decimal.ts';
import type { Library } from '../signatures.ts';
import { type List, typeNameOf, Uint, type Value } from '../values.ts';
import { DOUBLE_COST, formatted } from './format-text.ts';

/** A clause: `%`, a precision, a letter. `%%` is a percent sign. */
const CLAUSE = /%(?:%|(?:\.(?<precision>\d*))?(?<letter>.?))/gsu;

/** Precisions beyond this Go cannot read. */
const MOST_DIGITS = 18;

const DEFAULT_PRECISION = 6;

/** No double has more digits behind its point. */
const LONGEST_FRACTION = 1_074;

type Clause = (value: Value, precision: number, meter: Meter) => string | CelError;

const CLAUSES: ReadonlyMap<string, Clause> = new Map<string, Clause>([
  ['s', (value, _precision, meter) => formatted(value, meter)],
  ['d', decimal],
  ['f', fixedPoint],
  ['e', exponential],
  ['b', binary],
  ['x', (value, _precision, meter) => hexadecimal(value, meter)],
  ['X', (value, _precision, meter) => upperCase(hexadecimal(value, meter))],
  ['o', octal],
]);

function upperCase(text: string | CelError): string | CelError {
  return isError(text) ? text : text.toUpperCase();
}

const UNKNOWN = 'could not parse formatting clause: unrecognized formatting clause';

function failed(message: string): CelError {
  return new CelError('format', message);
}

/** How many values a text takes, or what is wrong with one of its places. */
export function placesOf(pattern: string): number | string {
  const places = Array.from(pattern.matchAll(CLAUSE)).filter(([clause]) => clause !== '%%');
  return places.map(problemOf).find((problem) => problem !== undefined) ?? places.length;
}

/** Fills the clauses of a text with the values, one after the other. Each part pays before it is made. */
function format(meter: Meter, pattern: string, values: List): Result {
  meter.spendText(pattern.length);
  const parts: string[] = [];
  let from = 0;
  let used = 0;
  for (const match of pattern.matchAll(CLAUSE)) {
    parts.push(pattern.slice(from, match.index));
    from = match.index + match[0].length;
    const part = match[0] === '%%' ? '%' : filled(match, values, used, meter);
    if (isError(part)) return part;
    if (match[0] !== '%%') used += 1;
    meter.spend(1);
    meter.spendText(part.length);
    parts.push(part);
  }
  return [...parts, pattern.slice(from)].join('');
}

function filled(match: RegExpExecArray, values: List, ...[index, meter]: [number, Meter]): string | CelError {
  const value = values[index];
  if (value === undefined) return failed(`index ${index} out of range`);
  const { precision, letter = '' } = match.groups ?? {};
  const clause = CLAUSES.get(letter);
  const problem = problemOf(match);
  if (problem !== undefined || clause === undefined) return failed(problem ?? UNKNOWN);
  const text = clause(value, precision === undefined ? DEFAULT_PRECISION : Number(precision), meter);
  return isError(text) ? failed(`error during formatting: ${text.message}`) : text;
}

function problemOf({ 0: clause, groups }: RegExpExecArray): string | undefined {
  if (clause === '%') return 'unexpected end of string';
  const { precision, letter = '' } = groups ?? {};
  const unreadable = precision === undefined ? undefined : unreadablePrecision(precision, letter);
  if (unreadable !== undefined) {
    return `could not parse formatting clause: error while parsing precision: ${unreadable}`;
  }
  return CLAUSES.has(letter) ? undefined : UNKNOWN;
}

function unreadablePrecision(precision: string, letter: string): string | undefined {
  if (letter === '') return 'could not find end of precision specifier';
  const readable = precision !== '' && precision.replace(/^0+/, '').length <= MOST_DIGITS;
  return readable ? undefined : 'error while converting precision to integer';
}

function unfit(what: string, value: Value): CelError {
  return failed(`${what}, was given ${typeNameOf(value)}`);
}

/** An int or a uint; undefined for all else. */
function wholeNumber(value: Value): bigint | undefined {
  if (value instanceof Uint) return value.value;
  return typeof value === 'bigint' ? value : undefined;
}

function decimal(value: Value): string | CelError {
  const number = wholeNumber(value);
  return number?.toString() ?? unfit('decimal clause can only be used on integers', value);
}

function octal(value: Value): string | CelError {
  const number = wholeNumber(value);
  return number?.toString(8) ?? unfit('octal clause can only be used on integers', value);
}

function binary(value: Value): string | CelError {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const number = wholeNumber(value);
  return number?.toString(2) ?? unfit('only integers and bools can be formatted as binary', value);
}

function hexadecimal(value: Value, meter: Meter): string | CelError {
  if (typeof value === 'string' || value instanceof Uint8Array) {
    meter.spendText(2 * value.length);
    return Buffer.from(value as string).toString('hex');
  }
  const number = wholeNumber(value);
  return (
    number?.toString(16) ?? unfit('only integers, byte buffers, and strings can be formatted as hex', value)
  );
}

/** A map: the text is an agent's, and an object has a `toString` of its own. */
const NAMED_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function realNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? NAMED_NUMBERS.get(value) : undefined;
}

/** English thousands, as Kubernetes' version of the library writes them. */
function fixedPoint(value: Value, precision: number, meter: Meter): string | CelError {
  const number = realNumber(value);
  if (number === undefined) return unfit('fixed-point clause can only be used on doubles', value);
  meter.spend(DOUBLE_COST + Math.min(precision, LONGEST_FRACTION));
  return special(number) ?? grouped(number, precision);
}

/** Kubernetes' version takes the precision for the width, of which Go keeps 16 bits. */
function exponential(value: Value, precision: number, meter: Meter): string | CelError {
  const width = precision % 65_536;
  const number = realNumber(value);
  if (number === undefined) return unfit('scientific clause can only be used on doubles', value);
  meter.spend(DOUBLE_COST);
  meter.spendText(width);
  return (special(number) ?? scientific(number)).padStart(width);
}

function special(number: number): string | undefined {
  if (Number.isNaN(number)) return 'NaN';
  if (Number.isFinite(number)) return undefined;
  return number > 0 ? '∞' : '-∞';
}

/** `format`, as version 2 of cel-go's strings has it; Kubernetes stays with that. */
export const FORMAT: Library = { 'string.format(list<dyn>): string': format };
