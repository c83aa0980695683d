import type { Node, StaticType } from '../syntax.ts';

/** A type as the package's checker computes with it. */
export interface CheckedType extends StaticType {
  readonly keyType?: CheckedType;
  readonly valueType?: CheckedType;
  isDynOrBool(): boolean;
  /** Whether a value of this type may be taken for one of the other; `dyn` and capitals stand for any. */
  matches(other: CheckedType): boolean;
  /** What both are; null where they are not alike. */
  unify(registry: Registry, other: CheckedType): CheckedType | null;
  /** With types for its capitals. */
  templated(registry: Registry, types: ReadonlyMap<string, CheckedType>): CheckedType;
}

interface Registry {
  getListType(item: CheckedType): CheckedType;
  getMapType(key: CheckedType, value: CheckedType): CheckedType;
  getOptionalType(value: CheckedType): CheckedType;
}

/** The part of the package's checker that we use. */
export interface Checker {
  readonly dynType: CheckedType;
  readonly registry: Registry;
  check(node: Node, variables: Variables): CheckedType;
  getType(name: string): CheckedType;
  createError(code: string, message: string, node: Node): Error;
}

/** The variables that are known where a node stands. */
export interface Variables {
  forkWithVariable(name: string, type: CheckedType): Variables;
}

export type TypeCheck = (checker: Checker, variables: Variables) => CheckedType;

/** A node as the package made it, with what we may put in place of its own type check. */
interface OpenNode extends Node {
  readonly meta: { readonly check: (checker: Checker, node: Node, variables: Variables) => CheckedType };
  setMeta(key: 'alternate' | 'macro', value: unknown): void;
}

/** Has a node checked by us: the package cannot type it. */
export function checkBy(node: Node, typeCheck: TypeCheck): void {
  const open = node as OpenNode;
  open.setMeta('alternate', undefined);
  open.setMeta('macro', {
    typeCheck: (checker: Checker, _macro: unknown, variables: Variables) => typeCheck(checker, variables),
  });
}

/** What the package itself makes of a node. */
export function checkedByPackage(node: Node, checker: Checker, variables: Variables): CheckedType {
  return (node as OpenNode).meta.check(checker, node, variables);
}

/** A type with `dyn` for what is not known of it. */
export function withoutCapitals(checker: Checker, type: CheckedType): CheckedType {
  if (!type.hasPlaceholderType) return type;
  const any = new Map(Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => [letter, checker.dynType]));
  return type.templated(checker.registry, any);
}

/** How deep lists, maps and optionals may be in each other: the package keeps every type that it has ever met. */
const DEPTH = 4;

/** Refuses what would make a deeper type of these. */
export function mustBeShallow(checker: Checker, types: readonly CheckedType[], node: Node): void {
  if (types.every((type) => depthOf(type) < DEPTH)) return;
  const message = `lists, maps and optionals are at most ${DEPTH} deep in each other: write dyn(…) around what is in them`;
  throw checker.createError('too_deep', message, node);
}

function depthOf({ keyType, valueType }: CheckedType): number {
  if (valueType === undefined) return 0;
  return 1 + Math.max(depthOf(valueType), keyType === undefined ? 0 : depthOf(keyType));
}

/** What all of them are; `dyn` where they are not alike. */
export function common(checker: Checker, types: readonly CheckedType[]): CheckedType {
  const [first = checker.dynType, ...others] = types;
  return others.reduce((left, right) => left.unify(checker.registry, right) ?? checker.dynType, first);
}
