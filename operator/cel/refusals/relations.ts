import { type Node, walk } from '../syntax.ts';
import type { Check } from './refusal.ts';

const RELATIONS = new Set(['<', '<=', '>', '>=', 'in', '==', '!=']);

/**
 * The package binds == and != looser than other relations; CEL binds them alike, from the left. Only a relation on the
 * right side, without parentheses, means something else for each.
 */
export const chainedRelation: Check = ({ node }) => {
  if (node.op !== '==' && node.op !== '!=') return undefined;
  const [left, right] = node.args as [Node, Node];
  if (!RELATIONS.has(right.op) || parenthesised(left, right)) return undefined;
  return { code: 'chained_relation', message: 'put parentheses around the comparison inside a comparison' };
};

/**
 * Offsets leave parentheses out. `right` stands in a pair of its own when more of them open before it than close inside
 * of it: `a == ((b) in c)`, but not `a == (b) in c`.
 */
function parenthesised(left: Node, right: Node): boolean {
  const { input } = right;
  const opened = count(withoutComments(input.slice(left.end, right.start)), '(');
  return opened > unopened(withoutComments(withoutLiterals(right)));
}

/** The source of a node with blanks for its literals, which may hold anything. */
function withoutLiterals(root: Node): string {
  let text = root.input.slice(root.start, root.end);
  for (const { node } of walk(root)) {
    if (node.op !== 'value') continue;
    const from = node.start - root.start;
    const to = node.end - root.start;
    text = text.slice(0, from) + ' '.repeat(to - from) + text.slice(to);
  }
  return text;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\/[^\n]*/g, '');
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** How many parentheses are closed that were not opened in the text. */
function unopened(text: string): number {
  let open = 0;
  let missing = 0;
  for (const character of text) {
    if (character === '(') open += 1;
    if (character !== ')') continue;
    if (open > 0) open -= 1;
    else missing += 1;
  }
  return missing;
}
