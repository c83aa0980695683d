/** What a macro binds, and whether it does something for each item of a list or map. */
interface Binder {
  readonly variables: 1 | 2;
  readonly walks: boolean;
}

const WALKS: Readonly<Record<string, 1 | 2>> = {
  '.all/2': 1,
  '.all/3': 2,
  '.exists/2': 1,
  '.exists/3': 2,
  '.exists_one/2': 1,
  '.exists_one/3': 2,
  '.existsOne/2': 1,
  '.existsOne/3': 2,
  '.map/2': 1,
  '.map/3': 1,
  '.filter/2': 1,
  '.sortBy/2': 1,
  '.transformList/3': 2,
  '.transformList/4': 2,
  '.transformMap/3': 2,
  '.transformMap/4': 2,
  '.transformMapEntry/3': 2,
  '.transformMapEntry/4': 2,
};

/** The macros whose first arguments are names of variables, by name and number of arguments. */
export const BINDERS: ReadonlyMap<string, Binder> = new Map<string, Binder>([
  ...Object.entries(WALKS).map(([key, variables]): [string, Binder] => [key, { variables, walks: true }]),
  ['.optMap/2', { variables: 1, walks: false }],
  ['.optFlatMap/2', { variables: 1, walks: false }],
  ['cel.bind/3', { variables: 1, walks: false }],
]);
