import { isError, type Result } from '../errors.ts';
import { sortByKeys } from '../sorting.ts';
import { callOf, identifier, type Node } from '../syntax.ts';
import { isList, NONE, Optional, type Value } from '../values.ts';
import { compileHas } from './access.ts';
import { type CompileMacro, toList, walking } from './macros.ts';
import { bind, compileIn, type Frame, noOverload, type Program, placeOf } from './program.ts';

/** `cel.bind(x, value, …)`: an error of the value is met where `x` is used, as in cel-go. */
export const bindForm: CompileMacro = (_node, { args }, scope) => {
  const [name, valueNode, bodyNode] = args as [Node, Node, Node];
  const value = compileIn(scope, valueNode);
  const { inner, slots } = bind(scope, [identifier(name) ?? '']);
  const body = compileIn(inner, bodyNode);
  const [slot = 0] = slots;
  return (frame) => {
    frame.meter.spend(1);
    frame.locals[slot] = value(frame);
    return body(frame);
  };
};

/** `has(a.b)`. */
export const has: CompileMacro = (node, { args: [field = node] }, scope) => compileHas(field, scope);

/** What a method of an optional makes of the value that is in it, or of none. */
type Unwrap = (value: Value | undefined, frame: Frame) => Result;

function ofOptional(node: Node, operand: Program, unwrap: Unwrap): Program {
  return (frame) => {
    frame.meter.spend(1);
    const value = operand(frame);
    if (isError(value)) return value;
    if (!(value instanceof Optional)) return noOverload(node, `${callOf(node)?.name ?? ''}()`, value);
    return unwrap(value.value, frame);
  };
}

/** `optMap(x, …)` gives an optional of what it makes of the value, `optFlatMap(x, …)` the optional that it makes. */
function mapping(flat: boolean): CompileMacro {
  return (node, { receiver, args }, scope) => {
    const [name, bodyNode] = args as [Node, Node];
    const { inner, slots } = bind(scope, [identifier(name) ?? '']);
    const body = compileIn(inner, bodyNode);
    const [slot = 0] = slots;
    return ofOptional(node, compileIn(scope, receiver ?? node), (value, frame) => {
      if (value === undefined) return NONE;
      frame.locals[slot] = value;
      const made = body(frame);
      return isError(made) || flat ? made : new Optional(made);
    });
  };
}

export const optMap = mapping(false);
export const optFlatMap = mapping(true);

/** `a.or(b)` is one of two optionals, `a.orValue(b)` a value: `b` is evaluated only where `a` has none. */
function otherwise(unwraps: boolean): CompileMacro {
  return (node, { receiver, args: [otherNode] }, scope) => {
    const other = compileIn(scope, otherNode ?? node);
    return ofOptional(node, compileIn(scope, receiver ?? node), (value, frame) => {
      if (value === undefined) return other(frame);
      return unwraps ? value : new Optional(value);
    });
  };
}

export const or = otherwise(false);
export const orValue = otherwise(true);

const ITEMS = '@items';

/** `sortBy(x, key)`: the items by the order of their keys. */
export const sortBy: CompileMacro = (node, call, scope) => {
  const list = compileIn(scope, call.receiver ?? node);
  const { inner, slots } = bind(scope, [ITEMS]);
  const [slot = 0] = slots;
  const receiver: Node = { ...node, op: 'id', args: ITEMS };
  const keys = walking(1, toList)(node, { ...call, receiver }, inner);
  return (frame) => {
    const items = list(frame);
    if (isError(items)) return items;
    frame.locals[slot] = items;
    const itemKeys = keys(frame);
    if (isError(itemKeys)) return itemKeys;
    if (!isList(items) || !isList(itemKeys)) return noOverload(node, 'sortBy', items);
    const sorted = sortByKeys(items, itemKeys, frame.meter);
    return isError(sorted) ? sorted.at(placeOf(node)) : sorted;
  };
};
