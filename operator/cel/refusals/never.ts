import { callOf, childrenOf, type Node, textOf } from '../syntax.ts';
import type { Check, Refusal } from './refusal.ts';

/** The smallest and the largest result of a function. */
const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map<string, readonly [number, number]>([
  ['getDate', [1, 31]],
  ['getDayOfMonth', [0, 30]],
  ['getDayOfWeek', [0, 6]],
  ['getDayOfYear', [0, 365]],
  ['getMonth', [0, 11]],
  ['size', [0, Number.POSITIVE_INFINITY]],
]);

/** The same for a time alone: a duration has these functions too, and can have more hours or minutes. */
const CLOCK: ReadonlyMap<string, readonly [number, number]> = new Map<string, readonly [number, number]>([
  ['getHours', [0, 23]],
  ['getMinutes', [0, 59]],
  ['getSeconds', [0, 59]],
  ['getMilliseconds', [0, 999]],
]);

/** Each relation with the one that says the same from the other side, and whether it holds for numbers. */
const RELATIONS: ReadonlyMap<string, { mirrored: string; holds: (left: number, right: number) => boolean }> =
  new Map([
    ['==', { mirrored: '==', holds: (left: number, right: number) => left === right }],
    ['!=', { mirrored: '!=', holds: (left: number, right: number) => left !== right }],
    ['<', { mirrored: '>', holds: (left: number, right: number) => left < right }],
    ['<=', { mirrored: '>=', holds: (left: number, right: number) => left <= right }],
    ['>', { mirrored: '<', holds: (left: number, right: number) => left > right }],
    ['>=', { mirrored: '<=', holds: (left: number, right: number) => left >= right }],
  ]);

function never(message: string): Refusal {
  return { code: 'never', message };
}

/** Comparisons whose answer is known when the rule is written, of a tree with checked types. */
export const NEVER: readonly Check[] = [
  ({ node }) => {
    if (!RELATIONS.has(node.op)) return undefined;
    const [left, right] = childrenOf(node).map(textOf);
    return left === right ? never('compares a thing with itself') : undefined;
  },
  ({ node }) => {
    const [, list] = childrenOf(node);
    return node.op === 'in' && list?.op === 'list' && childrenOf(list).length === 0
      ? never('nothing is in an empty list')
      : undefined;
  },
  ({ node }) => beyondRange(node),
  ({ node }) => {
    if (!RELATIONS.has(node.op)) return undefined;
    const [left, right] = childrenOf(node).map((side) => ({ text: textOf(side), side })) as [Side, Side];
    const [fact, other] = TEXTS.has(left.text) ? [left, right] : [right, left];
    const isText = other.side.op !== 'value' || typeof other.side.args === 'string';
    return TEXTS.has(fact.text) && !isText
      ? never(`${fact.text} is a text: write "${other.text}"`)
      : undefined;
  },
];

interface Side {
  readonly text: string;
  readonly side: Node;
}

/** The facts inside of a fact that are texts. */
const TEXTS: ReadonlySet<string> = new Set(['requester.username', 'requester.uid']);

function beyondRange(node: Node): Refusal | undefined {
  const term = termOf(node);
  const call = callOf(term?.subject);
  const range = call === undefined ? undefined : rangeOf(call.name, call.receiver);
  if (term === undefined || call === undefined || range === undefined) return undefined;
  const { holds } = RELATIONS.get(term.relation) ?? {};
  const [least, most] = range;
  const extremes = [least, most, Math.min(Math.max(term.number, least), most)];
  const answers = new Set(extremes.map((value) => holds?.(value, term.number)));
  if (answers.size > 1) return undefined;
  const always = answers.has(true) ? 'always' : 'never';
  const bounds = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
  return never(`holds ${always}: ${call.name}() gives ${bounds}`);
}

function rangeOf(name: string, receiver: Node | undefined): readonly [number, number] | undefined {
  const ofTime = receiver?.checkedType?.name.endsWith('Timestamp') ?? false;
  return RANGES.get(name) ?? (ofTime ? CLOCK.get(name) : undefined);
}

/** A comparison of something with a number that is written out, the number on the right. */
interface Term {
  readonly subject: Node;
  readonly relation: string;
  readonly number: number;
}

export function termOf(node: Node): Term | undefined {
  const relation = RELATIONS.get(node.op);
  const [left, right] = childrenOf(node);
  if (relation === undefined || left === undefined || right === undefined) return undefined;
  const before = numberOf(left);
  const after = numberOf(right);
  if (before !== undefined && after !== undefined) return undefined;
  if (after !== undefined) return { subject: left, relation: node.op, number: after };
  return before === undefined ? undefined : { subject: right, relation: relation.mirrored, number: before };
}

function numberOf({ op, args }: Node): number | undefined {
  if (op === '-_') {
    const positive = numberOf(args as Node);
    return positive === undefined ? undefined : -positive;
  }
  return op === 'value' && (typeof args === 'bigint' || typeof args === 'number') ? Number(args) : undefined;
}
