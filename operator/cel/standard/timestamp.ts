import { SECOND, TIMESTAMP_MAX, TIMESTAMP_MIN, Timestamp } from '../values.ts';

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/**
 * A time of RFC 3339, with a day that the month has, from year 1 to 9999; else undefined. Digits below a nanosecond are
 * left out. JavaScript takes far more, local times among it.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const found = RFC3339.exec(text);
  if (found === null) return undefined;
  const [, year = '', month = '', day = '', ...clock] = found;
  const days = daysSince1970(Number(year), Number(month), Number(day));
  if (days === undefined) return undefined;
  const [hours = '', minutes = '', seconds = '', fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] =
    clock;
  const offset = (sign === '-' ? -1 : 1) * (Number(zoneHours) * 3600 + Number(zoneMinutes) * 60);
  const whole = days * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - offset;
  const nanos = BigInt(whole) * SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return timestampOf(nanos, offset);
}

/** Undefined where the month does not have the day. */
function daysSince1970(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.getTime() / 86_400_000 : undefined;
}

/** Undefined outside of year 1 to 9999. */
export function timestampOf(nanos: bigint, offset = 0): Timestamp | undefined {
  return nanos >= TIMESTAMP_MIN && nanos <= TIMESTAMP_MAX ? new Timestamp(nanos, offset) : undefined;
}

/** Whole seconds since 1970, rounded down, and the nanoseconds after them. */
export function secondsOf({ nanos }: Timestamp): { seconds: bigint; nanos: number } {
  const rest = ((nanos % SECOND) + SECOND) % SECOND;
  return { seconds: (nanos - rest) / SECOND, nanos: Number(rest) };
}

/** RFC 3339, with the offset that it was written with, and as many digits as it has. */
export function timestampText(timestamp: Timestamp): string {
  const { seconds, nanos } = secondsOf(timestamp);
  const { offset } = timestamp;
  const local = new Date((Number(seconds) + offset) * 1000).toISOString().slice(0, -5);
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
  return `${local}${fraction}${offsetText(offset)}`;
}

function offsetText(offset: number): string {
  if (offset === 0) return 'Z';
  const minutes = Math.abs(offset) / 60;
  const two = (number: number): string => String(Math.trunc(number)).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
