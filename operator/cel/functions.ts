import { LIBRARY, OPAQUE_TYPES } from './library/index.ts';
import { kindOf, type Library, type Overload, parseSignature, type Signature } from './signatures.ts';
import { STANDARD } from './standard/index.ts';
import { type Call, identifier } from './syntax.ts';
import { DURATION, TIMESTAMP } from './values.ts';

const TYPES: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'dyn',
  'int',
  'list',
  'map',
  'null',
  'string',
  'type',
  'uint',
  'duration',
  'timestamp',
  DURATION,
  TIMESTAMP,
  ...Object.keys(OPAQUE_TYPES),
]);

/** Every function with all its overloads, by name and number of arguments. */
export const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = indexed({ ...STANDARD, ...LIBRARY });

function indexed(library: Library): Map<string, Overload[]> {
  const overloads = Object.entries(library).map(([text, call]) => ({
    signature: parseSignature(text, isType),
    call,
  }));
  return Map.groupBy(overloads, ({ signature }) => signatureKey(signature));
}

/** `optional.of(x)` is a function, `optional<A>.value()` a method. */
function isType(name: string): boolean {
  return TYPES.has(kindOf(name)) || name.startsWith('optional<');
}

function signatureKey({ name, receiver, params }: Signature): string {
  return callKey(name, receiver !== undefined, params.length);
}

/** A function or macro by name and number of arguments, a point before the name of a method. */
function callKey(name: string, isMethod: boolean, params: number): string {
  return `${isMethod ? '.' : ''}${name}/${params}`;
}

/** Which function or macro a call means: `math.greatest(…)` the function of that name, if there is one. */
export function meaningOf({ name, receiver, args }: Call, isKnown: (key: string) => boolean): Meaning {
  const namespace = identifier(receiver);
  const qualified = callKey(`${namespace}.${name}`, false, args.length);
  if (namespace !== undefined && isKnown(qualified)) return { key: qualified, isMethod: false };
  return { key: callKey(name, receiver !== undefined, args.length), isMethod: receiver !== undefined };
}

interface Meaning {
  readonly key: string;
  readonly isMethod: boolean;
}
