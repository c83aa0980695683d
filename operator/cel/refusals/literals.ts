import { Meter } from '../cost.ts';
import { isError } from '../errors.ts';
import { compile } from '../evaluation/compile.ts';
import { CONVERSIONS } from '../standard/conversions.ts';
import { isZone } from '../standard/zone.ts';
import { callOf, childrenOf, identifier, type Node, stringLiteral, textOf, type Visit } from '../syntax.ts';
import { INT_MAX } from '../values.ts';
import type { Check } from './refusal.ts';

/** Literals that no value can be made of: found when the rule is written, not when it should have decided. */
export const LITERALS: readonly Check[] = [
  ({ node }) => {
    const call = callOf(node);
    const at = call?.args[0];
    const message = failureOf(node);
    if (call === undefined || at === undefined || message === undefined) return undefined;
    return failureOf(at) === undefined ? { code: `${call.name}_literal`, message, at } : undefined;
  },
  ({ node }) => {
    const at = node.op === '[]' || node.op === '[?]' ? childrenOf(node)[1] : undefined;
    if (at === undefined || !isNoIndex(at)) return undefined;
    return { code: 'invalid_index', message: `nothing is indexed by ${textOf(at)}`, at };
  },
  ({ node }) => {
    const call = callOf(node);
    const [at, ...more] = call?.args ?? [];
    const isExtreme = identifier(call?.receiver) === 'math' && /^(greatest|least)$/.test(call?.name ?? '');
    if (!isExtreme || more.length > 0 || at?.op !== 'list' || childrenOf(at).length > 0) return undefined;
    const message = `math.${call?.name}() takes numbers, or a list of them that is not empty`;
    return { code: 'empty_list', message, at };
  },
  ({ node }) => {
    const call = callOf(node);
    const at = call?.name.startsWith('get') ? call.args[0] : undefined;
    const zone = stringLiteral(at);
    if (at === undefined || zone === undefined || isZone(zone)) return undefined;
    return {
      at,
      code: 'time_zone',
      message: `there is no time zone ${JSON.stringify(zone)}: write one of the IANA database, e.g. "Europe/Berlin", or an offset, e.g. "+02:00"`,
    };
  },
  ({ node }) => {
    if (node.op !== 'value' || typeof node.args !== 'string') return undefined;
    const [, quote, body = ''] = /^[rR]("""|'''|"|')([\s\S]*)\1$/.exec(textOf(node)) ?? [];
    if (quote === undefined || !body.includes(`\\${quote}`)) return undefined;
    // The package reads on where CEL ends the text.
    return { code: 'raw_text', message: RAW_TEXT };
  },
];

const RAW_TEXT =
  'a raw text ends at its first quote, also where a backslash stands before it: write it in the other quotes';

/** Whether a node can be the index of no list and the key of no map. */
function isNoIndex(node: Node): boolean {
  const call = callOf(node);
  if (call?.name === 'dyn' && call.args[0] !== undefined) return isNoIndex(call.args[0]);
  return node.op === 'value' && (node.args === null || node.args instanceof Uint8Array);
}

/** Functions that make a value of a text or a number. */
const CONVERTERS: ReadonlySet<string> = new Set([
  ...Object.keys(CONVERSIONS).map((signature) => signature.replace(/\(.*/, '')),
  'ip',
  'cidr',
  'url',
  'quantity',
  'semver',
]);

/**
 * Why a conversion of a literal, or of another such conversion, has no value; undefined if it has one, and for any
 * other node.
 */
function failureOf(node: Node): string | undefined {
  if (!isConversion(node)) return undefined;
  const value = compile(node)({ variables: new Map(), locals: [], meter: new Meter('a literal', 10_000) });
  return isError(value) && value.code !== 'no_such_overload' ? value.message : undefined;
}

function isConversion(node: Node): boolean {
  const call = callOf(node);
  if (call === undefined || call.receiver !== undefined || !CONVERTERS.has(call.name)) return false;
  return call.args.every((argument) => isLiteral(argument) || isConversion(argument));
}

function isLiteral({ op, args }: Node): boolean {
  return op === 'value' || (op === '-_' && isLiteral(args as Node));
}

/** An int beyond 64 bits; the least one is written with its sign. */
export function numberOutOfRange(visits: readonly Visit[]): Check {
  const negated = new Set(visits.flatMap(({ node }) => (node.op === '-_' ? [node.args as Node] : [])));
  return ({ node }) => {
    if (node.op !== 'value' || typeof node.args !== 'bigint') return undefined;
    const most = negated.has(node) ? INT_MAX + 1n : INT_MAX;
    if (node.args <= most) return undefined;
    const message = `an int is at most ${INT_MAX}: write a larger number as a double, e.g. 1e19`;
    return { code: 'number_out_of_range', message };
  };
}
