import { arithmetic, negate } from '../arithmetic.ts';
import { compare, equal } from '../compare.ts';
import type { Meter } from '../cost.ts';
import { isError, type Result } from '../errors.ts';
import type { Node } from '../syntax.ts';
import { CelMap, isList, Opaque, Optional, typeNameOf, type Value } from '../values.ts';
import { compileIn, noOverload, type Program, placeOf, type Scope } from './program.ts';

type Operate = (left: Value, right: Value, meter: Meter) => Result | undefined;

function ordering(holds: (order: number) => boolean): Operate {
  return (left, right, meter) => {
    const order = compare(left, right, meter);
    return isError(order) ? order : holds(order);
  };
}

function contains(item: Value, container: Value, meter: Meter): boolean | undefined {
  if (isList(container)) return container.some((each) => equal(item, each, meter));
  return container instanceof CelMap ? container.has(item) : undefined;
}

/** An address, a quantity and their like are comparable with their own kind alone: `ip(a) == "10.0.0.1"` is a mistake. */
function isForeign(left: Value, right: Value): boolean {
  if (left instanceof Optional && right instanceof Optional) {
    return left.value !== undefined && right.value !== undefined && isForeign(left.value, right.value);
  }
  return left instanceof Opaque && typeNameOf(left) !== typeNameOf(right);
}

const OPERATORS: ReadonlyMap<string, Operate> = new Map<string, Operate>([
  ['+', arithmetic('+')],
  ['-', arithmetic('-')],
  ['*', arithmetic('*')],
  ['/', arithmetic('/')],
  ['%', arithmetic('%')],
  ['==', (left, right, meter) => (isForeign(left, right) ? undefined : equal(left, right, meter))],
  ['!=', (left, right, meter) => (isForeign(left, right) ? undefined : !equal(left, right, meter))],
  ['<', ordering((order) => order < 0)],
  ['<=', ordering((order) => order <= 0)],
  ['>', ordering((order) => order > 0)],
  ['>=', ordering((order) => order >= 0)],
  ['in', contains],
]);

export function isBinary(op: string): boolean {
  return OPERATORS.has(op);
}

export function compileBinary(node: Node, scope: Scope): Program {
  const [left, right] = (node.args as [Node, Node]).map((operand) => compileIn(scope, operand)) as [
    Program,
    Program,
  ];
  const operate = OPERATORS.get(node.op) as Operate;
  const place = placeOf(node);
  return (frame) => {
    frame.meter.spend(1);
    const first = left(frame);
    if (isError(first)) return first;
    const second = right(frame);
    if (isError(second)) return second;
    const result = operate(first, second, frame.meter);
    if (result === undefined) return noOverload(node, node.op, first, second);
    return isError(result) ? result.at(place) : result;
  };
}

/** `-x`. The sign of a literal belongs to the literal; otherwise the smallest int could not be written. */
export function compileNegation(node: Node, scope: Scope): Program {
  const operandNode = node.args as Node;
  if (operandNode.op === 'value' && typeof operandNode.args === 'bigint') {
    const value = -operandNode.args;
    return () => value;
  }
  const operand = compileIn(scope, operandNode);
  return (frame) => {
    frame.meter.spend(1);
    const value = operand(frame);
    if (isError(value)) return value;
    const result = negate(value) ?? noOverload(node, '-', value);
    return isError(result) ? result.at(placeOf(node)) : result;
  };
}
