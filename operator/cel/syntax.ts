import { MACROS } from './macros.ts';

/** The part of the package's syntax tree that we look at. It calls a node's children its `args`, in many shapes. */
export interface Node {
  readonly op: string;
  readonly args: unknown;
  /** Offsets into the source; parentheses around a node are not in it. */
  readonly start: number;
  readonly end: number;
  /** Of a member the offset of its name. */
  readonly pos: number;
  readonly input: string;
  /** There once the expression is checked. */
  readonly checkedType?: StaticType;
}

/** A type as the checker knows it. */
export interface StaticType {
  readonly kind: string;
  /** `int`, `list<dyn>`. */
  readonly name: string;
  readonly hasDynType: boolean;
  readonly hasPlaceholderType: boolean;
  readonly keyType?: StaticType;
  readonly valueType?: StaticType;
}

/** A node with how many walks of lists or maps it is evaluated in. */
export interface Visit {
  readonly node: Node;
  readonly macros: number;
}

export interface Call {
  /** `size`, or `math.greatest` for a function with a name in two parts. */
  readonly name: string;
  readonly receiver: Node | undefined;
  readonly args: readonly Node[];
}

/** Whether a call does something for each item of a list or map. */
export function isWalk(node: Node): boolean {
  const call = callOf(node);
  if (call?.receiver === undefined) return false;
  return MACROS.get(`.${call.name}/${call.args.length}`)?.walks ?? false;
}

/** Every node below and including `root`, parents first. Iterative: a hostile rule may be deep. */
export function* walk(root: Node): Generator<Visit> {
  const open: Visit[] = [{ node: root, macros: 0 }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    yield visit;
    const { node, macros } = visit;
    // The list that is walked is evaluated once, and what follows it for each item. So a chain of macros is not nested.
    const walked = isWalk(node) ? callOf(node)?.receiver : undefined;
    const inside = macros + (isWalk(node) ? 1 : 0);
    for (const child of childrenOf(node).reverse())
      open.push({ node: child, macros: child === walked ? macros : inside });
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

/** A call as it is written, with the receiver of a method apart from the arguments. */
export function callOf(node: Node | undefined): Call | undefined {
  if (node?.op === 'call') {
    const [name, args] = node.args as [string, Node[]];
    return { name, receiver: undefined, args };
  }
  if (node?.op !== 'rcall') return undefined;
  const [name, receiver, args] = node.args as [string, Node, Node[]];
  return { name, receiver, args };
}

/** The value of a string literal. */
export function stringLiteral(node: Node | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

/** The name of an identifier. */
export function identifier(node: Node | undefined): string | undefined {
  return node?.op === 'id' ? String(node.args) : undefined;
}

/** As it stands in the source, without the parentheses around it. */
export function textOf({ input, start, end }: Node): string {
  return input.slice(start, end);
}
