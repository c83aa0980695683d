import type { Meter } from '../cost.ts';
import { CelError, type Result } from '../errors.ts';
import type { Library } from '../signatures.ts';
import { type Duration, SECOND, type Timestamp } from '../values.ts';
import { secondsOf } from './timestamp.ts';
import { zoneOffset } from './zone.ts';

/** What looking at a part of a time costs, and in a zone: as long as so many steps. */
const PART_COST = 5;
const ZONE_COST = 40;

/** What a part of a time is, of the local clock as if it were UTC, and the nanoseconds of the second. */
type Part = (clock: Date, nanos: number) => number;

const PARTS: Readonly<Record<string, Part>> = {
  getFullYear: (clock) => clock.getUTCFullYear(),
  getMonth: (clock) => clock.getUTCMonth(),
  getDate: (clock) => clock.getUTCDate(),
  getDayOfMonth: (clock) => clock.getUTCDate() - 1,
  getDayOfWeek: (clock) => clock.getUTCDay(),
  getDayOfYear: dayOfYear,
  getHours: (clock) => clock.getUTCHours(),
  getMinutes: (clock) => clock.getUTCMinutes(),
  getSeconds: (clock) => clock.getUTCSeconds(),
  getMilliseconds: (_clock, nanos) => Math.trunc(nanos / 1e6),
};

function dayOfYear(clock: Date): number {
  const start = new Date(clock);
  start.setUTCMonth(0, 1);
  return Math.round((clock.getTime() - start.getTime()) / 86_400_000);
}

function partOf(part: Part, timestamp: Timestamp, zone: string): Result {
  const { seconds, nanos } = secondsOf(timestamp);
  const offset = zoneOffset(zone, seconds);
  if (offset === undefined) {
    return new CelError(
      'no_such_zone',
      'there is no such time zone: name one like "Europe/Berlin" or "+02:00"',
    );
  }
  return BigInt(part(new Date((Number(seconds) + offset) * 1000), nanos));
}

const PARTS_OF_TIMES: Library = Object.fromEntries(
  Object.entries(PARTS).flatMap(([name, part]) => [
    [
      `timestamp.${name}(): int`,
      (meter: Meter, timestamp: Timestamp) => {
        meter.spend(PART_COST);
        return partOf(part, timestamp, 'UTC');
      },
    ],
    [
      `timestamp.${name}(string): int`,
      (meter: Meter, timestamp: Timestamp, zone: string) => {
        meter.spend(ZONE_COST);
        return partOf(part, timestamp, zone);
      },
    ],
  ]),
);

/** Whole units, by the division of doubles that Go does: off by one for some spans of centuries. */
function whole({ nanos }: Duration, unit: bigint): bigint {
  return BigInt(Math.trunc(Number(nanos / unit) + Number(nanos % unit) / Number(unit)));
}

/** The parts of times, in UTC or in a zone, and durations in whole units. */
export const TIME: Library = {
  ...PARTS_OF_TIMES,
  'duration.getHours(): int': (_meter, duration: Duration) => whole(duration, 3600n * SECOND),
  'duration.getMinutes(): int': (_meter, duration: Duration) => whole(duration, 60n * SECOND),
  'duration.getSeconds(): int': (_meter, duration: Duration) => whole(duration, SECOND),
  'duration.getMilliseconds(): int': (_meter, { nanos }: Duration) => nanos / 1_000_000n,
};
