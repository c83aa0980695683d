/** How many of a macro's arguments, from the first, are names of variables. */
export type VariableCount = 0 | 1 | 2;

/** What is done for each item of a list or map. Each name with its number of arguments, a point before that of a method. */
const WALKS = {
  all: { '.all/2': 1, '.all/3': 2 },
  exists: { '.exists/2': 1, '.exists/3': 2 },
  existsOne: { '.exists_one/2': 1, '.exists_one/3': 2, '.existsOne/2': 1, '.existsOne/3': 2 },
  filter: { '.filter/2': 1 },
  toList: { '.map/2': 1, '.map/3': 1, '.transformList/3': 2, '.transformList/4': 2 },
  toMap: { '.transformMap/3': 2, '.transformMap/4': 2 },
  toEntries: { '.transformMapEntry/3': 2, '.transformMapEntry/4': 2 },
  sortBy: { '.sortBy/2': 1 },
} as const satisfies Forms;

/** What evaluates its parts itself, and none of them more than once. */
const OTHERS = {
  bind: { 'cel.bind/3': 1 },
  has: { 'has/1': 0 },
  optMap: { '.optMap/2': 1 },
  optFlatMap: { '.optFlatMap/2': 1 },
  or: { '.or/1': 0 },
  orValue: { '.orValue/1': 0 },
} as const satisfies Forms;

/** By what a macro does, which names it has. */
type Forms = Readonly<Record<string, Readonly<Record<string, VariableCount>>>>;

export type MacroForm = keyof typeof WALKS | keyof typeof OTHERS;

interface Macro {
  readonly form: MacroForm;
  readonly variables: VariableCount;
  readonly walks: boolean;
}

/** Every macro of the language, by name and number of arguments. */
export const MACROS: ReadonlyMap<string, Macro> = new Map([...named(WALKS, true), ...named(OTHERS, false)]);

function named(forms: Forms, walks: boolean): [string, Macro][] {
  return Object.entries(forms).flatMap(([form, names]) =>
    Object.entries(names).map(([key, variables]): [string, Macro] => [
      key,
      { form: form as MacroForm, variables, walks },
    ]),
  );
}

/** Something for each macro, made by what it does: the compiler names the form for which there is nothing. */
export function forMacros<T>(
  forms: Readonly<Record<MacroForm, (variables: VariableCount) => T>>,
): ReadonlyMap<string, T> {
  return new Map([...MACROS].map(([key, { form, variables }]) => [key, forms[form](variables)]));
}
