import { Environment } from '@marcbachmann/cel-js';
import { isCallable } from './evaluation/calls.ts';
import { FUNCTIONS, meaningOf } from './functions.ts';
import { OPAQUE_TYPES } from './library/index.ts';
import { withoutBackQuotes } from './quoted-names.ts';
import { type Call, callOf, type Node, type StaticType, walk } from './syntax.ts';
import { typeCall } from './typing/calls.ts';
import { checkBy } from './typing/checker.ts';
import { MACRO_TYPES } from './typing/macros.ts';
import { prepareOperator } from './typing/operators.ts';
import { TIMESTAMP } from './values.ts';

/** Far above any rule that a person can read; deep or wide input would otherwise cost the parser its stack. */
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 32,
  maxListElements: 100,
  maxMapEntries: 100,
  maxCallArguments: 8,
};

/** The facts that are not the agent's to choose. They win over context keys of the same name. */
export const VARIABLES = {
  action: 'string',
  agent: 'string',
  context: 'map<string, dyn>',
  requester: 'map<string, dyn>',
  namespaceName: 'string',
  namespaceLabels: 'map<string, string>',
  now: TIMESTAMP,
} as const;

/** After so many expressions the package is set up anew, because it keeps every pair of types that it has compared. */
const RENEWED_AFTER = 500;

let environment = createEnvironment();
let read = 0;

interface Tree {
  readonly root: Node;
  /** Of the whole expression, with the type of every node in the tree. Throws the package's error. */
  check(): StaticType;
}

/** Reads an expression into a tree that can be looked at and then checked. Throws the package's error. */
export function parse(source: string): Tree {
  const { source: plain, names } = withoutBackQuotes(source);
  read += 1;
  if (read % RENEWED_AFTER === 0) environment = createEnvironment();
  const parsed = environment.parse(plain);
  const root = parsed.ast as unknown as Node;
  const nodes = Array.from(walk(root), ({ node }) => node);
  mustBeFields(names, nodes, source);
  for (const node of nodes) prepare(node, names);
  return {
    root,
    check: () => {
      const { valid, error } = parsed.check();
      if (!valid) throw error;
      return root.checkedType as StaticType;
    },
  };
}

/** A name in back quotes is that of a field. */
function mustBeFields(names: ReadonlyMap<number, string>, nodes: readonly Node[], source: string): void {
  const fields = new Set(nodes.filter(isField).map(({ pos }) => pos));
  const start = [...names.keys()].find((offset) => !fields.has(offset));
  if (start === undefined) return;
  const end = source.indexOf('`', start + 1) + 1;
  throw Object.assign(new Error(), {
    code: 'unexpected_character',
    summary: 'unexpected name in back quotes',
    range: { start, end },
  });
}

function isField({ op }: Node): boolean {
  return op === '.' || op === '.?';
}

/** Adds to a node what the package could not read, and makes our own checks type its calls. */
function prepare(node: Node, names: ReadonlyMap<number, string>): void {
  const name = names.get(node.pos);
  if (name !== undefined && isField(node)) (node.args as [Node, string])[1] = name;
  const call = callOf(node);
  if (call !== undefined) prepareCall(node, call);
  prepareOperator(node);
}

function prepareCall(node: Node, call: Call): void {
  const { key, isMethod } = meaningOf(call, isCallable);
  const macro = MACRO_TYPES.get(key);
  const operands = isMethod && call.receiver ? [call.receiver, ...call.args] : call.args;
  const overloads = FUNCTIONS.get(key);
  if (macro !== undefined) checkBy(node, macro(node, call));
  else if (overloads !== undefined) checkBy(node, typeCall(node, operands, overloads));
}

/** The package wants code that it could run here. It never evaluates anything. */
function unused(): never {
  throw new Error('the package evaluates nothing');
}

/** Facts have a type; whatever else is named is looked for in the context, so its type is known when it is evaluated. */
function createEnvironment(): Environment {
  const created = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: LIMITS,
  });
  for (const [name, type] of Object.entries(VARIABLES)) created.registerVariable(name, type);
  for (const [name, ctor] of Object.entries(OPAQUE_TYPES)) {
    created.registerType(name, { ctor } as never);
    created.registerOperator(`${name} == ${name}`, unused);
  }
  for (const operator of ['+', '-', '*', '/']) {
    created.registerOperator(`int ${operator} double: double`, unused);
    created.registerOperator(`double ${operator} int: double`, unused);
  }
  for (const operator of ['<', '<=', '>', '>=']) created.registerOperator(`bytes ${operator} bytes`, unused);
  return created.registerOperator('optional<A> == optional<A>', unused);
}
