import {
  CelMap,
  Duration,
  isList,
  Optional,
  Timestamp,
  Type,
  typeNameOf,
  Uint,
  type Value,
} from '../../operator/cel/values.ts';

/** As tools/cel-oracle/view.go has it: booleans as they are, all else as an object whose one key tells the type. */
export type View = boolean | { readonly [type: string]: unknown };

export function viewOf(value: Value): View {
  if (typeof value === 'boolean') return value;
  if (value === null) return { null: '' };
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number') return { double: bits(value) };
  if (typeof value === 'string') return { string: value };
  if (isList(value)) return { list: value.map(viewOf) };
  return viewOfObject(value);
}

function viewOfObject(value: Exclude<Value, null | boolean | bigint | number | string>): View {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Uint) return { uint: String(value.value) };
  if (value instanceof Type) return { type: value.name };
  if (value instanceof Timestamp) return { timestamp: secondsOf(value.nanos) };
  if (value instanceof Duration) return { duration: String(value.nanos) };
  if (value instanceof Optional) {
    return { optional: value.value === undefined ? [] : [viewOf(value.value)] };
  }
  if (value instanceof CelMap) return { map: viewOfMap(value) };
  return { other: typeNameOf(value) };
}

/** In the order of their keys' JSON: a map has none of its own. */
function viewOfMap(map: CelMap): [View, View][] {
  const pairs = Array.from(map.entries(), ([key, value]): [View, View] => [viewOf(key), viewOf(value)]);
  const text = ([key]: [View, View]): string => JSON.stringify(key);
  return pairs.sort((a, b) => Buffer.compare(Buffer.from(text(a)), Buffer.from(text(b))));
}

/** Those of IEEE 754: a decimal form would hide a difference. Every NaN is the same. */
export function bits(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

function secondsOf(nanos: bigint): string {
  const part = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return `${(nanos - part) / 1_000_000_000n}.${String(part).padStart(9, '0')}`;
}
