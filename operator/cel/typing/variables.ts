import { type Call, identifier, type Node } from '../syntax.ts';
import type { CheckedType, Checker, TypeCheck, Variables } from './checker.ts';

/** The type check of a macro as it is called. */
export type TypeMacro = (node: Node, call: Call) => TypeCheck;

/** The names that a macro is given for its variables. */
export function namesOf(checker: Checker, macro: string, nodes: readonly Node[]): string[] {
  const names = nodes.map((node) => {
    const name = identifier(node);
    if (name !== undefined) return name;
    throw checker.createError('invalid_macro_argument', `${macro}() takes the name of a variable here`, node);
  });
  const last = nodes.at(-1);
  if (new Set(names).size === names.length || last === undefined) return names;
  throw checker.createError('invalid_macro_argument', `${macro}() takes two names`, last);
}

export function withVariables(
  variables: Variables,
  names: readonly string[],
  types: readonly CheckedType[],
): Variables {
  return names.reduce((inner, name, index) => {
    const type = types[index];
    return type === undefined ? inner : inner.forkWithVariable(name, type);
  }, variables);
}
