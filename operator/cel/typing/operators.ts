import { childrenOf, type Node } from '../syntax.ts';
import { DURATION, TIMESTAMP } from '../values.ts';
import {
  type CheckedType,
  type Checker,
  checkBy,
  checkedByPackage,
  mustBeShallow,
  type TypeCheck,
  withoutCapitals,
} from './checker.ts';

/** Has the operators checked by us whose types the package does not know as Kubernetes does. */
export function prepareOperator(node: Node): void {
  const typeCheck = OPERATORS.get(node.op)?.(node);
  if (typeCheck !== undefined) checkBy(node, typeCheck);
}

const OPERATORS: ReadonlyMap<string, (node: Node) => TypeCheck> = new Map([
  ['+', sum],
  ['[]', index],
  ['[?]', index],
  ['list', literal],
  ['map', literal],
]);

/** A list or map that is written out. */
function literal(node: Node): TypeCheck {
  return (checker, variables) => {
    const parts = childrenOf(node).map((part) => checker.check(part, variables));
    mustBeShallow(checker, parts, node);
    return checkedByPackage(node, checker, variables);
  };
}

/** For the package a duration and a time make a duration, and what it does not know makes a list unknown. */
function sum(node: Node): TypeCheck {
  const [left, right] = node.args as [Node, Node];
  return (checker, variables) => {
    const first = checker.check(left, variables);
    const second = checker.check(right, variables);
    if (first.name === DURATION && second.name === TIMESTAMP) return second;
    return knownList(first, second) ?? knownList(second, first) ?? checkedByPackage(node, checker, variables);
  };
}

/** Of a list and something unknown or empty, the list. */
function knownList(list: CheckedType, other: CheckedType): CheckedType | undefined {
  const isUnknown = other.kind === 'dyn' || (other.kind === 'list' && other.hasPlaceholderType);
  return list.kind === 'list' && isUnknown ? list : undefined;
}

/** `a[b]` and `a[?b]`: the package does not compare the key of a map with what it is indexed by. */
function index(node: Node): TypeCheck {
  const [container, key] = node.args as [Node, Node];
  return (checker, variables) => {
    const type = checker.check(container, variables);
    const inner = type.kind === 'optional' ? (type.valueType ?? type) : type;
    const keyType = checker.check(key, variables);
    if (inner.kind === 'map') mustBeKey(checker, key, inner.keyType ?? checker.dynType, keyType);
    const result = checkedByPackage(node, checker, variables);
    if (inner.kind === 'dyn') return checker.dynType;
    return result.kind === 'param' ? withoutCapitals(checker, result) : result;
  };
}

function mustBeKey(checker: Checker, key: Node, wanted: CheckedType, given: CheckedType): void {
  if (given.matches(wanted)) return;
  const message = `the keys of this map are of type ${wanted.name}, this is ${given.name}`;
  throw checker.createError('invalid_index_type', message, key);
}
