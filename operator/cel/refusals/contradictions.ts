import { childrenOf, type Node, textOf } from '../syntax.ts';
import { termOf } from './never.ts';
import type { Check, Refusal } from './refusal.ts';

/** The numbers that something may still be after all its comparisons. */
interface Interval {
  readonly least: number;
  readonly most: number;
  /** Whether the end itself is excluded. */
  readonly leastOpen: boolean;
  readonly mostOpen: boolean;
}

const ALL: Interval = { least: -Infinity, most: Infinity, leastOpen: false, mostOpen: false };

/** `amount > 100 && amount < 50`, `tier == "gold" && tier == "silver"`: parts that cannot hold together. */
export const contradiction: Check = ({ node }) => {
  if (node.op !== '&&') return undefined;
  const parts = partsOf(node);
  return unlikeNumbers(parts) ?? unlikeTexts(parts);
};

/** The parts of a chain of `&&`. */
function partsOf(node: Node): Node[] {
  return node.op === '&&' ? childrenOf(node).flatMap(partsOf) : [node];
}

function refusal(subject: string, at: Node): Refusal {
  return { code: 'never', message: `never holds together with what is said of ${subject} before`, at };
}

function unlikeNumbers(parts: readonly Node[]): Refusal | undefined {
  const intervals = new Map<string, Interval>();
  for (const part of parts) {
    const term = termOf(part);
    if (term === undefined) continue;
    const subject = textOf(term.subject);
    const interval = narrowed(intervals.get(subject) ?? ALL, term.relation, term.number);
    if (isEmpty(interval)) return refusal(subject, part);
    intervals.set(subject, interval);
  }
  return undefined;
}

function narrowed(interval: Interval, relation: string, number: number): Interval {
  if (relation === '==') return atMost(atLeast(interval, number, false), number, false);
  if (relation.startsWith('>')) return atLeast(interval, number, relation === '>');
  return relation.startsWith('<') ? atMost(interval, number, relation === '<') : interval;
}

function atLeast(interval: Interval, least: number, leastOpen: boolean): Interval {
  const narrower = least > interval.least || (least === interval.least && leastOpen);
  return narrower ? { ...interval, least, leastOpen } : interval;
}

function atMost(interval: Interval, most: number, mostOpen: boolean): Interval {
  const narrower = most < interval.most || (most === interval.most && mostOpen);
  return narrower ? { ...interval, most, mostOpen } : interval;
}

function isEmpty({ least, most, leastOpen, mostOpen }: Interval): boolean {
  return least > most || (least === most && (leastOpen || mostOpen));
}

function unlikeTexts(parts: readonly Node[]): Refusal | undefined {
  const texts = new Map<string, string>();
  for (const part of parts) {
    const [left, right] = childrenOf(part);
    if (part.op !== '==' || left === undefined || right?.op !== 'value' || typeof right.args !== 'string')
      continue;
    const subject = textOf(left);
    const before = texts.get(subject);
    if (before !== undefined && before !== right.args) return refusal(subject, part);
    texts.set(subject, right.args);
  }
  return undefined;
}
