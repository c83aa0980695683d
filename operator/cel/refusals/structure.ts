import type { Finding } from '../finding.ts';
import { identifier, isWalk, type Node, textOf, type Visit } from '../syntax.ts';
import { type Check, findingAt } from './refusal.ts';

/** Cost bounds what macros may do; these bounds keep a rule readable. */
const WALK_LIMIT = 16;
const WALK_DEPTH = 3;

/** Shapes that mean something else than they look like, or that nobody can read. */
export const STRUCTURE: readonly Check[] = [
  ({ node, macros }) => {
    if (!isWalk(node) || macros < WALK_DEPTH) return undefined;
    return {
      code: 'macro_nesting',
      message: `lists are walked at most ${WALK_DEPTH} deep, one inside the other`,
    };
  },
  ({ node }) => hyphen(node),
];

export function tooManyWalks(visits: readonly Visit[]): Finding[] {
  const beyond = visits.map(({ node }) => node).filter(isWalk)[WALK_LIMIT];
  if (beyond === undefined) return [];
  return [
    findingAt({ code: 'macro_count', message: `lists are walked at most ${WALK_LIMIT} times` }, beyond),
  ];
}

/** `context.dry-run` takes `run` from `context.dry`. */
function hyphen(node: Node): ReturnType<Check> {
  if (node.op !== '-') return undefined;
  const [left, right] = node.args as [Node, Node];
  const first = left.op === '.' ? String((left.args as unknown[])[1]) : identifier(left);
  const second = identifier(right);
  if (first === undefined || second === undefined) return undefined;
  if (node.input.slice(left.end, right.start) !== '-') return undefined;
  const owner = left.op === '.' ? textOf((left.args as [Node])[0]) : 'context';
  const message = `write ${owner}["${first}-${second}"] for the key, or put spaces around - to subtract`;
  return { code: 'hyphen', message };
}
