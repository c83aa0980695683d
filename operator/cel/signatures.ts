import type { Meter } from './cost.ts';
import type { Result } from './errors.ts';
import { DURATION, TIMESTAMP, typeNameOf, type Value } from './values.ts';

/**
 * What a function does. Its arguments, the receiver first, have the types of its signature. Every call costs a unit by
 * itself; what the function walks or makes beyond that it pays by `meter` before it does it: a unit for each item of a
 * list or map, a tenth for each character.
 */
export type Implementation = (meter: Meter, ...args: never[]) => Result;

/**
 * Functions by their signatures, one for each overload:
 *
 * - `string.charAt(int): string` is a method of strings, `size(list): int` a function;
 * - `math.greatest(dyn, dyn): dyn` a function with a name in two parts, as `math` is no type;
 * - types are bool, int, uint, double, string, bytes, null, type, dyn, timestamp, duration, list, map, optional, opaque
 *   types by their full names (`net.IP`), and `list<string>`, `map<K, V>`, `optional<A>` with capitals for any type.
 *
 * The checker knows the whole signature. When it runs, a call takes the first overload whose arguments are of these
 * kinds; what is in a list or a map is not looked at, so a function of `list<string>` checks the items itself, and
 * overloads that differ in items alone share one implementation.
 */
export type Library = Readonly<Record<string, Implementation>>;

export interface Signature {
  readonly name: string;
  /** The type of the receiver of a method. */
  readonly receiver: string | undefined;
  readonly params: readonly string[];
  readonly returns: string;
}

export interface Overload {
  readonly signature: Signature;
  readonly call: Implementation;
}

const SIGNATURE = /^(?:(?<receiver>[\w.]+(?:<.+?>)?)\.)?(?<name>\w+)\((?<params>.*)\): (?<returns>.+)$/;
const OF_TIME: Readonly<Record<string, string>> = { timestamp: TIMESTAMP, duration: DURATION };

/** Throws on what is no signature: the library is ours. */
export function parseSignature(text: string, isType: (name: string) => boolean): Signature {
  const { receiver, name, params, returns } = SIGNATURE.exec(text)?.groups ?? {};
  if (name === undefined || params === undefined || returns === undefined) {
    throw new Error(`no signature: ${text}`);
  }
  const method = receiver !== undefined && isType(longName(receiver));
  return {
    name: receiver === undefined || method ? name : `${receiver}.${name}`,
    receiver: method ? longName(receiver) : undefined,
    params: splitTypes(params).map(longName),
    returns: longName(returns),
  };
}

/** `string.charAt(int)`, for people. */
export function showSignature({ name, receiver, params }: Signature): string {
  const short = [receiver, ...params].map((type) => type?.replaceAll('google.protobuf.', '').toLowerCase());
  return `${receiver === undefined ? '' : `${short[0]}.`}${name}(${short.slice(1).join(', ')})`;
}

/** `map<string, list<int>>, int` has two. */
function splitTypes(text: string): string[] {
  const types: string[] = [];
  for (const part of text === '' ? [] : text.split(', ')) {
    const open = types.at(-1);
    if (open === undefined || isClosed(open)) types.push(part);
    else types.splice(-1, 1, `${open}, ${part}`);
  }
  return types;
}

function isClosed(type: string): boolean {
  return type.split('<').length === type.split('>').length;
}

function longName(type: string): string {
  return type.replaceAll(/\b(?<!\.)(timestamp|duration)\b/g, (short) => OF_TIME[short] ?? short);
}

/** `list<string>` is a list. */
export function kindOf(type: string): string {
  return type.split('<')[0] ?? type;
}

/** Tells the values of the kind that a signature names. */
export function guardOf(type: string): (value: Value) => boolean {
  const kind = kindOf(type);
  if (kind === 'dyn' || /^[A-Z]$/.test(kind)) return () => true;
  const name = NAMES[kind] ?? kind;
  return (value) => typeNameOf(value) === name;
}

const NAMES: Readonly<Record<string, string>> = { null: 'null_type', optional: 'optional_type' };
