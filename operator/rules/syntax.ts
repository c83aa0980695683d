/** The part of the engine's syntax tree that checks look at. */
export interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly end: number;
  readonly input: string;
  /** There once the expression is checked. */
  readonly checkedType?: { readonly name: string };
}

/** A node with how many macros it is inside of. */
export interface Visit {
  readonly node: Node;
  readonly macros: number;
}

/** Calls whose argument is run once for each item. */
const MACROS = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter']);

export function isMacro(node: Node): boolean {
  return node.op === 'rcall' && MACROS.has((node.args as [string])[0]);
}

/** Every node below and including `root`, parents first. Iterative: a hostile rule may be deep. */
export function* walk(root: Node): Generator<Visit> {
  const open: Visit[] = [{ node: root, macros: 0 }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    yield visit;
    const macros = visit.macros + (isMacro(visit.node) ? 1 : 0);
    for (const node of childrenOf(visit.node).reverse()) open.push({ node, macros });
  }
}

/** Whatever shape an operator's operands have, its children are the nodes among them. */
export function childrenOf({ args }: Node): Node[] {
  return nodesIn(args);
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** The name and arguments of a call; of a method the receiver comes apart. */
export function callOf(node: Node | undefined): { name: string; args: Node[]; receiver?: Node } | undefined {
  if (node === undefined) return undefined;
  const { op, args } = node;
  if (op === 'call') {
    const [name, rest] = args as [string, Node[]];
    return { name, args: rest };
  }
  if (op !== 'rcall') return undefined;
  const [name, receiver, rest] = args as [string, Node, Node[]];
  return { name, args: rest, receiver };
}

/** The value of a string literal. */
export function stringLiteral(node: Node | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}
