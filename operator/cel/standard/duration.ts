import { isInt64, SECOND } from '../values.ts';
import { plainNumber } from './numbers.ts';

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
]);

const PART = /(\d*)(?:\.(\d*))?([^\d.]+)/y;
const MOST = 2n ** 63n;

/** Nanoseconds of `1h30m`, `-1.5s`, `500ms`, as Go reads them; undefined for what is none or beyond 292 years. */
export function parseDuration(text: string): bigint | undefined {
  const [sign = ''] = /^[-+]/.exec(text) ?? [];
  const parts = text.slice(sign.length);
  if (parts === '0') return 0n;
  const nanos = parts === '' ? undefined : sumOf(parts);
  if (nanos === undefined) return undefined;
  const signed = sign === '-' ? -nanos : nanos;
  return isInt64(signed) ? signed : undefined;
}

function sumOf(parts: string): bigint | undefined {
  let total = 0n;
  for (let at = 0; at < parts.length; ) {
    PART.lastIndex = at;
    const [whole, before = '', after = '', unit = ''] = PART.exec(parts) ?? [];
    const nanos = UNITS.get(unit);
    if (whole === undefined || nanos === undefined || before + after === '') return undefined;
    total += BigInt(before) * nanos + fraction(after, nanos);
    if (total > MOST) return undefined;
    at += whole.length;
  }
  return total;
}

/** Rounded as Go rounds: the digits that fit 63 bits, as a double. */
function fraction(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (value > (MOST - 1n) / 10n || next > MOST) break;
    value = next;
    scale *= 10;
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** In seconds, as `string(duration)` gives it. */
export function durationText(nanos: bigint): string {
  return `${plainNumber(Number(nanos / SECOND) + Number(nanos % SECOND) / 1e9)}s`;
}
