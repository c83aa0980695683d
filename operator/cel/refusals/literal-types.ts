import type { Finding } from '../finding.ts';
import { callOf, type Node, type StaticType, walk } from '../syntax.ts';
import { findingAt } from './refusal.ts';

/**
 * In a tree with checked types: the items of a list that is written out are of one type, and so are the keys and the
 * values of a map, as in Kubernetes. What is formatted may be of any.
 */
export function unlikeItems(root: Node): Finding[] {
  const nodes = Array.from(walk(root), ({ node }) => node);
  const formatted = new Set(
    nodes.flatMap((node) => (callOf(node)?.name === 'format' ? callOf(node)?.args : [])),
  );
  return nodes.filter((node) => !formatted.has(node)).flatMap((node) => groupsOf(node).flatMap(unlike));
}

/** What must be alike. */
function groupsOf(node: Node): Node[][] {
  if (node.op === 'list') return [node.args as Node[]];
  if (node.op !== 'map') return [];
  const entries = node.args as [Node, Node][];
  return [entries.map(([key]) => key), entries.map(([, value]) => value)];
}

function unlike(nodes: readonly Node[]): Finding[] {
  for (const node of nodes) {
    const other = nodes.find(({ checkedType }) => !alike(checkedType, node.checkedType));
    if (other === undefined) continue;
    const [first, second] = [other.checkedType?.name, node.checkedType?.name].sort();
    const message = `the items of a list or map are of one type, not ${first} and ${second}: write dyn(…) around one to mix them`;
    return [findingAt({ code: 'unlike_items', message }, node === nodes[0] ? other : node)];
  }
  return [];
}

/** Whether two types are the same, as far as what is in an empty list or map may be anything. */
function alike(left: StaticType | undefined, right: StaticType | undefined): boolean {
  if (left === undefined || right === undefined || left.kind === 'param' || right.kind === 'param')
    return true;
  if (left.kind !== right.kind) return false;
  if (left.valueType === undefined) return left.name === right.name;
  return alike(left.keyType, right.keyType) && alike(left.valueType, right.valueType);
}
