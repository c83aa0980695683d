import { CelError, isError, type Result } from '../errors.ts';
import { type Node, stringLiteral } from '../syntax.ts';
import { CelMap, INT_MAX, isKey, isList, type List, NONE, Optional, Uint, type Value } from '../values.ts';
import { compileIn, noOverload, type Program, placeOf, type Scope } from './program.ts';

/** What a value has under a key; undefined where nothing is. */
type Look = (value: Value, key: Value, node: Node) => Result | undefined;

/** `a.b`, `a[b]`, and of optional values what is there: an optional. */
export function compileAccess(node: Node, scope: Scope): Program {
  const optional = node.op === '.?' || node.op === '[?]';
  const { container, key } = operandsOf(node, scope);
  return (frame) => {
    frame.meter.spend(1);
    const value = container(frame);
    if (isError(value)) return value;
    const wanted = key(frame);
    if (isError(wanted)) return wanted;
    if (optional || value instanceof Optional) return optionally(value, wanted, node);
    const found = look(value, wanted, node);
    return found === undefined ? missing(value, node) : found;
  };
}

function operandsOf(node: Node, scope: Scope): { container: Program; key: Program } {
  const [container, key] = node.args as [Node, string | Node];
  return {
    container: compileIn(scope, container),
    key: typeof key === 'string' ? () => key : compileIn(scope, key),
  };
}

const look: Look = (value, key, node) => {
  if (value instanceof CelMap) return value.get(key);
  if (isList(value)) return itemOf(value, key, node);
  return undefined;
};

/** Undefined beyond the ends of the list. */
function itemOf(list: List, key: Value, node: Node): Result | undefined {
  const index = indexOf(key);
  if (index === undefined) return noOverload(node, 'the index of a list', key);
  return index >= 0 && index < list.length ? list[index] : undefined;
}

/** An index may be any number that an int is as well. */
function indexOf(key: Value): number | undefined {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return key.value <= INT_MAX ? Number(key.value) : undefined;
  return typeof key === 'number' && Number.isInteger(key) && Math.abs(key) < 2 ** 63 ? key : undefined;
}

function optionally(value: Value, key: Value, node: Node): Result {
  const inner = value instanceof Optional ? value.value : value;
  if (inner === undefined) return NONE;
  if (!isKey(key) && typeof key !== 'number') return noOverload(node, 'looking for a key', key);
  const found = look(inner, key, node);
  if (found === undefined) return NONE;
  return isError(found) ? found : new Optional(found);
}

/** Names a key that the rule itself names; one that comes from the context is not repeated. */
function missing(value: Value, node: Node): CelError {
  const [, key] = node.args as [Node, string | Node];
  if (isList(value))
    return new CelError('no_such_index', 'the list has no item at this index', placeOf(node));
  const written = typeof key === 'string' ? key : stringLiteral(key);
  const name = written === undefined ? '' : `: ${written}`;
  if (value instanceof CelMap) return new CelError('no_such_key', `no such key${name}`, placeOf(node));
  return noOverload(node, `looking for a key${name}`, value);
}

/** `has(a.b)`: whether the key is there. What is no map has no keys; a list has no key that could be named. */
export function compileHas(node: Node, scope: Scope): Program {
  const { container, key } = operandsOf(node, scope);
  return (frame) => {
    frame.meter.spend(1);
    const value = container(frame);
    if (isError(value)) return value;
    const field = key(frame);
    if (isError(field)) return field;
    const found = optionally(value, field, node);
    return isError(found) ? found : (found as Optional).value !== undefined;
  };
}
