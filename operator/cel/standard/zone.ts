import { ZONES } from './zones.ts';

const FIXED = /^([+-]?)(\d\d):([0-5]\d)$/;
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether a zone is one of the IANA database (`Europe/Berlin`, `UTC`) or an offset (`+02:00`). */
export function isZone(zone: string): boolean {
  return zone === '' || ZONES.has(zone) || FIXED.test(zone);
}

/** Seconds that clocks of a zone are ahead of UTC at a moment; undefined for what is no zone. */
export function zoneOffset(zone: string, seconds: bigint): number | undefined {
  if (zone === '' || zone === 'UTC') return 0;
  const [, sign, hours, minutes] = FIXED.exec(zone) ?? [];
  if (hours !== undefined && minutes !== undefined) return secondsFrom(sign, [hours, minutes]);
  if (!ZONES.has(zone)) return undefined;
  const [, ahead, ...clock] = OFFSET.exec(formatOf(zone).format(Number(seconds) * 1000)) ?? [];
  return secondsFrom(ahead, clock);
}

function secondsFrom(
  sign: string | undefined,
  [hours = '0', minutes = '0', seconds = '0']: string[],
): number {
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return sign === '-' ? -size : size;
}

/** Kept: there are six hundred zones at most, and making one takes thirty times as long as using it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const kept = formats.get(zone);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, made);
  return made;
}
