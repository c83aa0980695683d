import { order } from '../order.ts';
import { INT_MAX, isInt64 } from '../values.ts';
import { type Unit, unitOf } from './quantity-unit.ts';

/**
 * Quantities as `k8s.io/apimachinery/pkg/api/resource` has them: a sign, a decimal and a suffix ("1.5Gi", "250m", "1e3").
 * The value is `unscaled * 10^exponent`, exactly. `fast` is what Go keeps in an int64; only that is ever an integer to CEL.
 */
export interface Quantity {
  readonly unscaled: bigint;
  readonly exponent: number;
  readonly fast: boolean;
}

export type ParsedQuantity =
  | { readonly ok: true; readonly quantity: Quantity }
  | { readonly ok: false; readonly message: string };

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC = 'unable to parse numeric part of quantity';
const SUFFIX = "unable to parse quantity's suffix";

/** Each digit can belong to one part alone, or a long text that is no quantity would take the cube of its length. */
const PARTS =
  /^(?<sign>[+-]?)0*(?<whole>[1-9]\d*|)(?:\.(?<fraction>\d*))?(?<suffix>(?:[eEinumkKMGTP]+[-+]?\d*|[-+]\d*)?)$/;

const NANO = -9;
/** Digits that certainly fit an int64. */
const FAST_DIGITS = 18;
/** A double has no value beyond 10^308; whoever asks for one gets infinity without the digits being made. */
const WRITTEN_OUT = 330;

interface DecimalParts {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
  /** Whether a digit was written at all: "k" and "-" are zero, but only where Go takes its short way. */
  readonly digits: boolean;
}

/** `text` as a quantity, or Kubernetes' reason why it is none. Takes time by the length of `text`, whatever its exponent. */
export function parseQuantity(text: string): ParsedQuantity {
  const groups = text === '' ? undefined : PARTS.exec(text)?.groups;
  if (groups === undefined) return { ok: false, message: FORMAT };
  const { sign, whole = '', fraction = '', suffix = '' } = groups;
  const unit = unitOf(suffix);
  if (unit === undefined) return { ok: false, message: SUFFIX };
  const digits = /\d/.test(text.slice(0, text.length - suffix.length));
  const parts: DecimalParts = { negative: sign === '-', whole: whole === '' ? '0' : whole, fraction, digits };
  const quantity = fastQuantity(parts, unit) ?? exactQuantity(parts, unit);
  return quantity === undefined ? { ok: false, message: NUMERIC } : { ok: true, quantity };
}

/** Go's short way, an int64 and a scale; undefined where Go takes the long one. */
function fastQuantity(
  { negative, whole, fraction }: DecimalParts,
  { base, exponent }: Unit,
): Quantity | undefined {
  const digits = whole.length + fraction.length;
  const room = base === 10 ? FAST_DIGITS - digits : 14 - whole.length - Math.trunc((exponent * 3) / 10);
  if (room < 0 || (base === 2 && fraction !== '')) return undefined;
  const scale = base === 10 ? (exponent - fraction.length) | 0 : 0;
  if (scale < NANO) return undefined;
  const unscaled = BigInt(whole + fraction) * (base === 2 ? 1n << BigInt(exponent) : 1n);
  return { unscaled: negative ? -unscaled : unscaled, exponent: scale, fast: true };
}

/** Arbitrary precision: rounded away from zero to a billionth, binary units capped at the largest int64. */
function exactQuantity(parts: DecimalParts, { base, exponent }: Unit): Quantity | undefined {
  if (!parts.digits) return undefined;
  const { negative, whole, fraction } = parts;
  const written = BigInt(whole + fraction) * (base === 2 ? 1n << BigInt(exponent) : 1n);
  const scale = ((base === 10 ? exponent : 0) - fraction.length) | 0;
  const rounded = roundedUpToNano(written, scale);
  const capped =
    base === 2 && rounded.unscaled > INT_MAX * 10n ** 9n ? { unscaled: INT_MAX, exponent: 0 } : rounded;
  return { ...capped, unscaled: negative ? -capped.unscaled : capped.unscaled, fast: false };
}

function roundedUpToNano(unscaled: bigint, exponent: number): { unscaled: bigint; exponent: number } {
  if (unscaled === 0n || exponent > WRITTEN_OUT) return { unscaled, exponent };
  if (exponent >= NANO) return { unscaled: unscaled * 10n ** BigInt(exponent - NANO), exponent: NANO };
  if (digitsOf({ unscaled }) <= NANO - exponent) return { unscaled: 1n, exponent: NANO };
  const divisor = 10n ** BigInt(NANO - exponent);
  const up = unscaled % divisor === 0n ? 0n : 1n;
  return { unscaled: unscaled / divisor + up, exponent: NANO };
}

/** Exact, without writing large exponents out. */
export function compareQuantities(left: Quantity, right: Quantity): -1 | 0 | 1 {
  const sign = signOf(left);
  if (sign !== signOf(right) || sign === 0) return order(sign, signOf(right));
  const larger = order(magnitudeOf(left), magnitudeOf(right));
  if (larger !== 0) return sign > 0 ? larger : order(0, larger);
  const exponent = Math.min(left.exponent, right.exponent);
  return order(atExponent(left, exponent), atExponent(right, exponent));
}

export function signOf({ unscaled }: Quantity): -1 | 0 | 1 {
  return order(unscaled, 0n);
}

/** How many decimal digits `add` and `subtract` would have to write, at most: the cost of calling them. */
export function digitsOfSum(left: Quantity, right: Quantity): number {
  const exponent = Math.min(left.exponent, right.exponent);
  return Math.max(magnitudeOf(left), magnitudeOf(right)) - exponent + 1;
}

export function add(left: Quantity, right: Quantity): Quantity {
  if (left.fast && right.fast) {
    if (right.unscaled === 0n) return left;
    if (left.unscaled === 0n) return right;
  }
  const exponent = Math.min(left.exponent, right.exponent);
  const a = atExponent(left, exponent);
  const b = atExponent(right, exponent);
  const fast = left.fast && right.fast && [a, b, a + b].every(isInt64);
  return { unscaled: a + b, exponent, fast };
}

/** As in Go, the smallest int64 is its own negative, but only where the difference of int64s is one. */
export function subtract(left: Quantity, right: Quantity): Quantity {
  const negated = -right.unscaled;
  const wrapped = add(left, { ...right, unscaled: BigInt.asIntN(64, negated) });
  return wrapped.fast ? wrapped : add(left, { ...right, unscaled: negated });
}

export function quantityOf(value: bigint): Quantity {
  return { unscaled: value, exponent: 0, fast: true };
}

/** The value as an int64, where Go keeps one: "1000m" and "1Ei" are none to it. */
export function asInteger({ unscaled, exponent, fast }: Quantity): bigint | undefined {
  if (!fast || exponent < 0) return undefined;
  if (unscaled === 0n || exponent === 0) return unscaled;
  if (exponent > FAST_DIGITS) return undefined;
  const value = unscaled * 10n ** BigInt(exponent);
  return isInt64(value) ? value : undefined;
}

/** Go's own approximation, two roundings included. */
export function asApproximateFloat({ unscaled, exponent }: Quantity): number {
  return exponent === 0 ? Number(unscaled) : Number(unscaled) * powerOfTen(exponent);
}

/** `math.Pow10` multiplies two entries of its tables, so it is not always the nearest double. */
function powerOfTen(exponent: number): number {
  if (exponent > 308) return Number.POSITIVE_INFINITY;
  if (exponent < -323) return 0;
  const size = Math.abs(exponent);
  const coarse = Math.trunc(size / 32) * 32;
  const fine = size % 32;
  const high = Number(`1e${exponent < 0 ? -coarse : coarse}`);
  const low = Number(`1e${fine}`);
  return exponent < 0 ? high / low : high * low;
}

function atExponent(quantity: Quantity, exponent: number): bigint {
  if (quantity.unscaled === 0n) return 0n;
  return quantity.unscaled * 10n ** BigInt(quantity.exponent - exponent);
}

/** The power of ten just above the value, so that different magnitudes need no digits to be told apart. */
function magnitudeOf({ unscaled, exponent }: Quantity): number {
  return unscaled === 0n ? exponent : digitsOf({ unscaled }) + exponent;
}

/** Decimal digits, without those that the exponent stands for. */
export function digitsOf({ unscaled }: Pick<Quantity, 'unscaled'>): number {
  return unscaled.toString().length - (unscaled < 0n ? 1 : 0);
}
