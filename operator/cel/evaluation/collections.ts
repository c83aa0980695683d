import { CelError, isError, type Result } from '../errors.ts';
import type { Node } from '../syntax.ts';
import { CelMap, isKey, type Key, type Value } from '../values.ts';
import { compileIn, type Frame, type Program, placeOf, type Scope } from './program.ts';

/** What making a list or a map costs beside its parts, as in cel-go. */
const LIST_COST = 10;
const MAP_COST = 30;

export function compileList(node: Node, scope: Scope): Program {
  const items = (node.args as Node[]).map((item) => compileIn(scope, item));
  return (frame) => {
    frame.meter.spend(LIST_COST + items.length);
    return inOrder(items, frame);
  };
}

export function compileMap(node: Node, scope: Scope): Program {
  const entries = node.args as [Node, Node][];
  const parts = entries.flat().map((part) => compileIn(scope, part));
  return (frame) => {
    frame.meter.spend(MAP_COST + parts.length);
    const values = inOrder(parts, frame);
    if (isError(values)) return values;
    return mapOf(
      node,
      entries.map((_, index) => [values[2 * index] ?? null, values[2 * index + 1] ?? null]),
    );
  };
}

/** The values of all parts, or the first error. */
export function inOrder(parts: readonly Program[], frame: Frame): Value[] | CelError {
  const values: Value[] = [];
  for (const part of parts) {
    const value = part(frame);
    if (isError(value)) return value;
    values.push(value);
  }
  return values;
}

/**
 * A key that comes twice, or a value that cannot be a key, is an error, as the language says. cel-go takes the last of
 * two.
 */
export function mapOf(node: Node, entries: readonly (readonly [Value, Value])[]): Result {
  const place = placeOf(node);
  const keyed: (readonly [Key, Value])[] = [];
  for (const [key, value] of entries) {
    if (!isKey(key))
      return new CelError('map_key', 'a key of a map is a string, a whole number or a boolean', place);
    keyed.push([key, value]);
  }
  const map = CelMap.of(keyed);
  return map.size === keyed.length ? map : new CelError('map_key', 'a map has each key once', place);
}
