import type { Meter } from './cost.ts';

/**
 * The values of CEL. Of JavaScript's own: `null`, booleans, `bigint` for int (64 bits, signed), `number` for double,
 * strings (counted in code points wherever CEL counts), `Uint8Array` for bytes, arrays for lists. Values never change.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | List
  | Uint
  | Timestamp
  | Duration
  | CelMap
  | Optional
  | Type
  | Opaque;

export type List = readonly Value[];

export function isList(value: Value): value is List {
  return Array.isArray(value);
}

const INT_MIN = -(2n ** 63n);
export const INT_MAX = 2n ** 63n - 1n;
export const UINT_MAX = 2n ** 64n - 1n;

export function isInt64(value: bigint): boolean {
  return value >= INT_MIN && value <= INT_MAX;
}

/** In nanoseconds. */
export const SECOND = 1_000_000_000n;

/** How the types of time are written out; signatures say `timestamp` and `duration`. */
export const TIMESTAMP = 'google.protobuf.Timestamp';
export const DURATION = 'google.protobuf.Duration';

/** An unsigned integer of 64 bits. Its maker has checked the range. */
export class Uint {
  readonly typeName = 'uint';
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds of the first second of year 1 and of the last of year 9999, since 1970. */
export const TIMESTAMP_MIN = -62_135_596_800_000_000_000n;
export const TIMESTAMP_MAX = 253_402_300_799_999_999_999n;

/**
 * A moment. `nanos` since 1970-01-01T00:00:00Z; its maker has checked the range. `offset`, in seconds, is what it was
 * written with and is written with again; nothing else looks at it.
 */
export class Timestamp {
  readonly typeName = TIMESTAMP;
  readonly nanos: bigint;
  readonly offset: number;
  constructor(nanos: bigint, offset = 0) {
    this.nanos = nanos;
    this.offset = offset;
  }
}

/** A span of time in nanoseconds, which fit 64 bits (292 years). Its maker has checked the range. */
export class Duration {
  readonly typeName = DURATION;
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** There or not. `NONE` is the one that is not. */
export class Optional {
  readonly typeName = 'optional_type';
  readonly value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
}

export const NONE = new Optional(undefined);

/** What `type(x)` gives. Types are equal by name. */
export class Type {
  readonly typeName = 'type';
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value that only its own functions look into: an address, a quantity, a version. */
export abstract class Opaque {
  /** As Kubernetes names it, e.g. `net.IP`. */
  abstract readonly typeName: string;
  /** Pays what it walks. */
  abstract equals(other: Opaque, meter: Meter): boolean;
}

/** The name of a value's type, as `type(x)` gives it. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (typeof value !== 'object') return PRIMITIVES[typeof value] ?? 'dyn';
  if (value instanceof Uint8Array) return 'bytes';
  return 'typeName' in value ? value.typeName : 'list';
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  boolean: 'bool',
  bigint: 'int',
  number: 'double',
  string: 'string',
};

/** What a key may be. Numbers are keys by their value: `1`, `1u` and `1.0` find the same entry. */
export type Key = boolean | bigint | string | Uint;

export function isKey(value: Value): value is Key {
  return (
    typeof value === 'string' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean' ||
    value instanceof Uint
  );
}

/** A map that keeps the types of its keys and knows no key that it was not given. */
export class CelMap {
  readonly typeName = 'map';
  readonly #entries = new Map<boolean | bigint | string, readonly [Key, Value]>();

  /** Of two equal keys the last counts. A caller that must refuse that asks `has` first. */
  static of(entries: Iterable<readonly [Key, Value]>): CelMap {
    const map = new CelMap();
    for (const entry of entries) map.#entries.set(normalised(entry[0]), entry);
    return map;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entry's value; undefined where there is none, and for a key that can be none. */
  get(key: Value): Value | undefined {
    const wanted = mapKey(key);
    return wanted === undefined ? undefined : this.#entries.get(wanted)?.[1];
  }

  has(key: Value): boolean {
    const wanted = mapKey(key);
    return wanted !== undefined && this.#entries.has(wanted);
  }

  /** Gives one entry after the other, so that a caller who stops early has not paid for the rest. */
  keys(): IterableIterator<Key> {
    return this.#entries.values().map(([key]) => key);
  }

  entries(): Iterable<readonly [Key, Value]> {
    return this.#entries.values();
  }
}

function normalised(key: Key): boolean | bigint | string {
  return key instanceof Uint ? key.value : key;
}

/** How a value is looked up: a whole double as the number it is. */
function mapKey(value: Value): boolean | bigint | string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  if (value instanceof Uint) return value.value;
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  return undefined;
}
