import { CONSTANTS } from '../evaluation/literal.ts';
import { MACROS } from '../macros.ts';
import { callOf, childrenOf, identifier, type Node } from '../syntax.ts';
import type { Check } from './refusal.ts';

const CONSTANT = {
  code: 'constant',
  message: 'is the same for every checkpoint: it looks at nothing that one has',
};

/** A condition, or a part that decides in one, which is always true or always false. */
export function constantCondition(root: Node): Check {
  return ({ node }) => {
    if (node === root) return readsNothing(node) ? CONSTANT : undefined;
    return undefined;
  };
}

export const constantPart: Check = ({ node }) => {
  const at = conditionsOf(node).find(readsNothing);
  return at === undefined ? undefined : { ...CONSTANT, at };
};

/** The parts of a node that are true or false and decide its value. */
function conditionsOf(node: Node): Node[] {
  if (node.op === '&&' || node.op === '||') return childrenOf(node);
  if (node.op === '?:') return childrenOf(node).slice(0, 1);
  return node.op === '!_' ? childrenOf(node) : [];
}

function readsNothing(node: Node): boolean {
  return !reads(node, new Set());
}

/** Whether a node names anything of the checkpoint, or a variable of a macro that walks it. */
function reads(node: Node, bound: ReadonlySet<string>): boolean {
  const name = identifier(node);
  if (name !== undefined)
    return !bound.has(name) && !CONSTANTS.has(name) && name !== 'cel' && name !== 'optional';
  const inner = new Set([...bound, ...namesBound(node)]);
  return childrenOf(node).some((child) => reads(child, inner));
}

function namesBound(node: Node): string[] {
  const call = callOf(node);
  if (call === undefined) return [];
  const method = `.${call.name}/${call.args.length}`;
  const { variables = 0 } = MACROS.get(method) ?? MACROS.get(`cel${method}`) ?? {};
  return call.args.slice(0, variables).flatMap((argument) => identifier(argument) ?? []);
}
