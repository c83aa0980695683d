import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import { CelMap, DURATION, type Key, TIMESTAMP, Type, Uint, type Value } from '../../operator/cel/values.ts';
import { bits, type View } from './view.ts';

/** One test of cel-spec, as its JSON has it. */
export interface SpecTest {
  /** `lists/concatenation/empty_empty`. */
  readonly path: string;
  readonly expr: string;
  readonly value?: SpecValue;
  readonly typedResult?: { readonly result?: SpecValue };
  readonly evalError?: object;
  readonly checkOnly?: boolean;
  readonly bindings?: Readonly<Record<string, { readonly value: SpecValue }>>;
}

/** One key that tells the type, as protobuf's JSON has it. */
type SpecValue = Readonly<Record<string, unknown>>;

interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: Omit<SpecTest, 'path'> & { readonly name?: string } }[];
}

/** All simple tests, in their order. */
export function specTests(): SpecTest[] {
  return (tests as unknown as Suite).suites?.flatMap((suite) => testsOf(suite, '')) ?? [];
}

function testsOf({ name, suites = [], tests: own = [] }: Suite, above: string): SpecTest[] {
  const path = above === '' ? name : `${above}/${name}`;
  const here = own.map(({ original }) => ({
    ...original,
    path: `${path}/${original.name ?? original.expr}`,
  }));
  return [...suites.flatMap((suite) => testsOf(suite, path)), ...here];
}

/** What is expected, as `viewOf` writes it; undefined where it is a message of protobuf, of which CEL's rules know none. */
export function viewOfSpec(value: SpecValue): View | undefined {
  const [kind, content] = Object.entries(value)[0] ?? ['', undefined];
  return VIEWS[kind]?.(content);
}

const VIEWS: Readonly<Record<string, (content: unknown) => View | undefined>> = {
  boolValue: (content) => content as boolean,
  int64Value: (content) => ({ int: String(content) }),
  uint64Value: (content) => ({ uint: String(content) }),
  doubleValue: (content) => ({ double: bits(Number(content)) }),
  stringValue: (content) => ({ string: content }),
  bytesValue: (content) => ({ bytes: content }),
  nullValue: () => ({ null: '' }),
  typeValue: (content) => ({ type: content }),
  listValue: (content) => list(content as { values?: SpecValue[] }),
  mapValue: (content) => map(content as { entries?: { key: SpecValue; value: SpecValue }[] }),
  objectValue: (content) => object(content as { '@type': string; value?: string }),
};

function list({ values = [] }: { values?: readonly SpecValue[] }): View | undefined {
  const views = values.map(viewOfSpec);
  return views.includes(undefined) ? undefined : { list: views };
}

function map({
  entries = [],
}: {
  entries?: readonly { key: SpecValue; value: SpecValue }[];
}): View | undefined {
  const pairs = entries.map(({ key, value }) => [viewOfSpec(key), viewOfSpec(value)]);
  if (pairs.some((pair) => pair.includes(undefined))) return undefined;
  return { map: pairs.sort((a, b) => (JSON.stringify(a[0]) < JSON.stringify(b[0]) ? -1 : 1)) };
}

/** Of the messages only the two of time are values of CEL. */
function object({ '@type': type, value = '' }: { '@type': string; value?: string }): View | undefined {
  if (type.endsWith(`/${DURATION}`)) return { duration: String(Math.round(Number.parseFloat(value) * 1e9)) };
  if (type.endsWith(`/${TIMESTAMP}`)) return { timestamp: `${Date.parse(value) / 1000}.000000000` };
  return undefined;
}

/** A variable's value; undefined where it is a message of protobuf. */
export function valueOfSpec(value: SpecValue): Value | undefined {
  const [kind, content] = Object.entries(value)[0] ?? ['', undefined];
  return VALUES[kind]?.(content as never);
}

const VALUES: Readonly<Record<string, (content: never) => Value | undefined>> = {
  boolValue: (content: boolean) => content,
  int64Value: (content: string) => BigInt(content),
  uint64Value: (content: string) => new Uint(BigInt(content)),
  doubleValue: (content: number | string) => Number(content),
  stringValue: (content: string) => content,
  bytesValue: (content: string) => new Uint8Array(Buffer.from(content, 'base64')),
  nullValue: () => null,
  typeValue: (content: string) => new Type(content),
  listValue: ({ values = [] }: { values?: readonly SpecValue[] }) => {
    const items = values.map(valueOfSpec);
    return items.includes(undefined) ? undefined : (items as Value[]);
  },
  mapValue: ({ entries = [] }: { entries?: readonly { key: SpecValue; value: SpecValue }[] }) => {
    const pairs = entries.map(({ key, value }) => [valueOfSpec(key), valueOfSpec(value)]);
    return pairs.some((pair) => pair.includes(undefined)) ? undefined : CelMap.of(pairs as [Key, Value][]);
  },
};
