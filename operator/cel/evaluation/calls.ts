import { isError } from '../errors.ts';
import { FUNCTIONS, meaningOf } from '../functions.ts';
import { guardOf, type Overload } from '../signatures.ts';
import { type Call, callOf, type Node } from '../syntax.ts';
import { compileHas } from './access.ts';
import { inOrder } from './collections.ts';
import { bindForm, optFlatMap, optMap, or, orValue, sortBy } from './forms.ts';
import {
  all,
  type CompileMacro,
  exists,
  existsOne,
  filter,
  toEntries,
  toList,
  toMap,
  walking,
} from './macros.ts';
import { compileIn, noOverload, type Program, placeOf, type Scope } from './program.ts';

/** Macros by name and number of arguments; a point before the name for those that are methods. */
const MACROS: ReadonlyMap<string, CompileMacro> = new Map([
  ['.all/2', walking(1, all)],
  ['.all/3', walking(2, all)],
  ['.exists/2', walking(1, exists)],
  ['.exists/3', walking(2, exists)],
  ['.exists_one/2', walking(1, existsOne)],
  ['.exists_one/3', walking(2, existsOne)],
  ['.existsOne/2', walking(1, existsOne)],
  ['.existsOne/3', walking(2, existsOne)],
  ['.map/2', walking(1, toList)],
  ['.map/3', walking(1, toList)],
  ['.filter/2', walking(1, filter)],
  ['.sortBy/2', sortBy],
  ['.transformList/3', walking(2, toList)],
  ['.transformList/4', walking(2, toList)],
  ['.transformMap/3', walking(2, toMap)],
  ['.transformMap/4', walking(2, toMap)],
  ['.transformMapEntry/3', walking(2, toEntries)],
  ['.transformMapEntry/4', walking(2, toEntries)],
  ['.optMap/2', optMap],
  ['.optFlatMap/2', optFlatMap],
  ['.or/1', or],
  ['.orValue/1', orValue],
  ['cel.bind/3', bindForm],
]);

const HAS = 'has/1';

/** Every function and macro; see `keyOf`. */
export const CALLABLE: readonly string[] = [...MACROS.keys(), ...FUNCTIONS.keys(), HAS];

const callable = new Set(CALLABLE);

export function isCallable(key: string): boolean {
  return callable.has(key);
}

export function compileCall(node: Node, scope: Scope): Program {
  const call = callOf(node) as Call;
  const { key, isMethod } = meaningOf(call, isCallable);
  if (key === HAS) return compileHas(call.args[0] as Node, scope);
  const macro = MACROS.get(key);
  if (macro !== undefined) return macro(node, call, scope);
  const operands = isMethod && call.receiver ? [call.receiver, ...call.args] : call.args;
  return dispatching(
    node,
    operands.map((operand) => compileIn(scope, operand)),
    FUNCTIONS.get(key) ?? [],
  );
}

/**
 * Takes the first overload whose types fit the values. The items of a list are not looked at. So if several fit, the
 * one that the checker chose comes first: the sum of an empty list of doubles is a double.
 */
function dispatching(node: Node, operands: readonly Program[], overloads: readonly Overload[]): Program {
  const place = placeOf(node);
  const isChecked = ({ signature }: Overload): number => Number(signature.returns === node.checkedType?.name);
  const ordered = overloads.toSorted((a, b) => isChecked(b) - isChecked(a));
  const guarded = ordered.map(({ signature: { receiver, params }, call }) => ({
    guards: (receiver === undefined ? params : [receiver, ...params]).map(guardOf),
    call,
  }));
  return (frame) => {
    frame.meter.spend(1);
    const values = inOrder(operands, frame);
    if (isError(values)) return values;
    const fitting = guarded.find(({ guards }) => guards.every((fits, index) => fits(values[index] ?? null)));
    if (fitting === undefined) return noOverload(node, `${callOf(node)?.name ?? ''}()`, ...values);
    const result = fitting.call(frame.meter, ...(values as never[]));
    return isError(result) ? result.at(place) : result;
  };
}
