/**
 * How Go writes doubles: from the exact binary value, half to even. JavaScript's `toFixed` rounds halves up and stops at
 * 100 digits.
 */

/** No double has more digits than this behind the point; further ones are zeros. */
const FRACTION_DIGITS = 1074;

/** `%.2f` of a finite double, by `fmt`; at most 1074 digits. */
export function fixed(value: number, digits: number): string {
  const { sign, whole, fraction } = rounded(value, digits);
  return (Object.is(value, -0) ? '-' : sign) + whole + (digits === 0 ? '' : `.${fraction}`);
}

/**
 * The same by `golang.org/x/text` for English: with a comma between thousands, no sign for negative zero, and, as it keeps
 * the number of zeros in a byte, short of zeros at the end beyond 255 digits.
 */
export function grouped(value: number, digits: number): string {
  const { sign, whole, fraction } = rounded(value, digits);
  const kept = fraction.replace(/0+$/, '').padEnd(digits % 256, '0');
  return sign + withCommas(whole) + (kept === '' ? '' : `.${kept}`);
}

/** From the right; by a pattern that looks ahead it would take the square of the digits. */
function withCommas(digits: string): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return groups.join(',');
}

interface Written {
  readonly sign: '' | '-';
  readonly whole: string;
  readonly fraction: string;
}

function rounded(value: number, digits: number): Written {
  const exact = Math.min(digits, FRACTION_DIGITS);
  const scaled = scaledBy(Math.abs(value), exact)
    .toString()
    .padStart(exact + 1, '0');
  return {
    sign: value < 0 ? '-' : '',
    whole: scaled.slice(0, scaled.length - exact),
    fraction: scaled.slice(scaled.length - exact),
  };
}

/** A double that is not negative times a power of ten, half to even. */
function scaledBy(value: number, power: number): bigint {
  const { mantissa, exponent } = parts(value);
  const factor = power < 0 ? 1n : 10n ** BigInt(power);
  const divisor = power < 0 ? 10n ** BigInt(-power) : 1n;
  if (exponent >= 0) return halfToEven((mantissa << BigInt(exponent)) * factor, divisor);
  return halfToEven(mantissa * factor, divisor << BigInt(-exponent));
}

function halfToEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/** A double is a whole number times a power of two. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const stored = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: stored, exponent: -1074 }
    : { mantissa: stored | (1n << 52n), exponent: biased - 1075 };
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `1.234500×10⁻⁰⁴`, always six digits: what `golang.org/x/text` makes of `%e` for English. */
export function scientific(value: number): string {
  const size = Math.abs(value);
  const power = size === 0 ? 0 : powerOf(size);
  const digits = size === 0 ? '0000000' : scaledBy(size, 6 - power).toString();
  const exponent = String(Math.abs(power)).padStart(2, '0');
  const raised = Array.from(exponent, (digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${value < 0 ? '-' : ''}${digits[0]}.${digits.slice(1, 7)}×10${power < 0 ? '⁻' : ''}${raised}`;
}

/** The power of ten of the first digit, after rounding to seven. */
function powerOf(size: number): number {
  const guess = Number(size.toExponential().split('e')[1]);
  const digits = scaledBy(size, 6 - guess).toString().length;
  return guess + digits - 7;
}
