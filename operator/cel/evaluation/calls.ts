import { isError } from '../errors.ts';
import { FUNCTIONS, meaningOf } from '../functions.ts';
import { forMacros, MACROS, type VariableCount } from '../macros.ts';
import { guardOf, type Overload } from '../signatures.ts';
import { type Call, callOf, type Node } from '../syntax.ts';
import { inOrder } from './collections.ts';
import { bindForm, has, optFlatMap, optMap, or, orValue, sortBy } from './forms.ts';
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

type MacroOf = (variables: VariableCount) => CompileMacro;

const walkingWith =
  (macro: Parameters<typeof walking>[1]): MacroOf =>
  (variables) =>
    walking(variables, macro);

const COMPILERS = forMacros<CompileMacro>({
  all: walkingWith(all),
  exists: walkingWith(exists),
  existsOne: walkingWith(existsOne),
  filter: walkingWith(filter),
  toList: walkingWith(toList),
  toMap: walkingWith(toMap),
  toEntries: walkingWith(toEntries),
  sortBy: () => sortBy,
  bind: () => bindForm,
  has: () => has,
  optMap: () => optMap,
  optFlatMap: () => optFlatMap,
  or: () => or,
  orValue: () => orValue,
});

/** Every function and macro, by name and number of arguments. */
export const CALLABLE: readonly string[] = [...MACROS.keys(), ...FUNCTIONS.keys()];

const callable = new Set(CALLABLE);

export function isCallable(key: string): boolean {
  return callable.has(key);
}

export function compileCall(node: Node, scope: Scope): Program {
  const call = callOf(node) as Call;
  const { key, isMethod } = meaningOf(call, isCallable);
  const macro = COMPILERS.get(key);
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
