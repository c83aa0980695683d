import { CelError } from '../errors.ts';
import type { Node } from '../syntax.ts';
import { compileAccess } from './access.ts';
import { compileCall } from './calls.ts';
import { compileList, compileMap } from './collections.ts';
import { CONSTANTS, compileLiteral } from './literal.ts';
import { compileChoice, compileLogic, compileNot } from './logic.ts';
import { compileBinary, compileNegation, isBinary } from './operators.ts';
import { type Program, placeOf, type Scope } from './program.ts';

type Compile = (node: Node, scope: Scope) => Program;

const COMPILERS: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ['value', compileLiteral],
  ['id', compileIdentifier],
  ['.', compileAccess],
  ['.?', compileAccess],
  ['[]', compileAccess],
  ['[?]', compileAccess],
  ['call', compileCall],
  ['rcall', compileCall],
  ['list', compileList],
  ['map', compileMap],
  ['?:', compileChoice],
  ['&&', compileLogic],
  ['||', compileLogic],
  ['!_', compileNot],
  ['-_', compileNegation],
]);

/** The closures of a checked tree. Throws on what no check should have let through. */
export function compile(root: Node): Program {
  return compileNode(root, { locals: new Map(), compile: compileNode });
}

function compileNode(node: Node, scope: Scope): Program {
  const compiler = isBinary(node.op) ? compileBinary : COMPILERS.get(node.op);
  if (compiler === undefined) throw new Error(`no such operator: ${node.op}`);
  return compiler(node, scope);
}

/** A macro's variable, a name of the language, a fact or a context key: in this order. */
function compileIdentifier(node: Node, { locals }: Scope): Program {
  const name = String(node.args);
  const slot = locals.get(name);
  if (slot !== undefined) return (frame) => frame.locals[slot] ?? null;
  const constant = CONSTANTS.get(name);
  if (constant !== undefined) return () => constant;
  const missing = new CelError('unknown_variable', `there is no context key ${name}`, placeOf(node));
  return ({ meter, variables }) => {
    meter.spend(1);
    const value = variables.get(name);
    return value === undefined ? missing : value;
  };
}
