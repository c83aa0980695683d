import type { Node } from '../syntax.ts';
import { CelMap, DURATION, TIMESTAMP, Type, Uint, type Value } from '../values.ts';
import type { Program } from './program.ts';

/** A literal's value. The package has read it, but for bytes, whose characters it cuts to eight bits. */
export function compileLiteral({ args, start, end, input }: Node): Program {
  const value = args instanceof Uint8Array ? bytesOf(input.slice(start, end)) : literalValue(args);
  return () => value;
}

function literalValue(literal: unknown): Value {
  if (typeof literal !== 'object' || literal === null) return literal as Value;
  return new Uint((literal as { readonly value: bigint }).value);
}

const ESCAPED: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
const TOKEN = /\\[xX]([\da-fA-F]{2})|\\([0-7]{3})|\\([\s\S])|([^\\]+)/g;

/** `b"…"`: text is UTF-8, `\x` and `\o` are bytes. Its escapes are legal, as the package has read it before. */
function bytesOf(source: string): Uint8Array {
  const quote = /^b("""|'''|"|')/i.exec(source)?.[1] ?? '';
  const inner = source.slice(1 + quote.length, -quote.length);
  const parts = Array.from(inner.matchAll(TOKEN), ([, hex, octal, escaped, text]) => {
    if (text !== undefined) return Buffer.from(text);
    if (escaped !== undefined) return Buffer.from([ESCAPED[escaped] ?? escaped.charCodeAt(0)]);
    return Buffer.from([hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

const TYPES = [
  'bool',
  'bytes',
  'double',
  'int',
  'list',
  'map',
  'null_type',
  'optional_type',
  'string',
  'type',
  'uint',
];

const PROTOBUF = CelMap.of([
  ['Timestamp', new Type(TIMESTAMP)],
  ['Duration', new Type(DURATION)],
]);

/** What the language itself names; no context key is reached by these. */
export const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...TYPES.map((name): [string, Value] => [name, new Type(name)]),
  ['google', CelMap.of([['protobuf', PROTOBUF]])],
]);
