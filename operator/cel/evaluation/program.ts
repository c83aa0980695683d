import type { Meter } from '../cost.ts';
import { CelError, type Place, type Result } from '../errors.ts';
import type { Node } from '../syntax.ts';
import { typeNameOf, type Value } from '../values.ts';

/** What one evaluation has to hand. */
export interface Frame {
  readonly variables: ReadonlyMap<string, Value>;
  /** The variables that macros bind, each at a place that is known when the expression is compiled. */
  readonly locals: Result[];
  readonly meter: Meter;
}

/** A compiled expression: what it gives, or why it gives nothing. Throws only `CostExceeded`. */
export type Program = (frame: Frame) => Result;

/** What is known of the surroundings when a node is compiled. */
export interface Scope {
  /** Where the variables of the macros around are kept. */
  readonly locals: ReadonlyMap<string, number>;
  readonly compile: (node: Node, scope: Scope) => Program;
}

export function compileIn(scope: Scope, node: Node): Program {
  return scope.compile(node, scope);
}

/** The scope inside of a macro that binds these names, and where it keeps them. */
export function bind(scope: Scope, names: readonly string[]): { inner: Scope; slots: number[] } {
  const locals = new Map(scope.locals);
  const first = Math.max(-1, ...locals.values()) + 1;
  const slots = names.map((name, index) => {
    locals.set(name, first + index);
    return first + index;
  });
  return { inner: { ...scope, locals }, slots };
}

export function placeOf({ start, end }: Node): Place {
  return { start, end };
}

/** The error of a node whose operands are of a kind that it cannot take. */
export function noOverload(node: Node, what: string, ...operands: readonly Value[]): CelError {
  const types = operands.map(typeNameOf).join(', ');
  return new CelError('no_such_overload', `${what} does not take ${types}`, placeOf(node));
}

/** Returns an error as it is. Any other value that is no boolean cannot be a condition. */
export function notBoolean(node: Node, result: Result): CelError {
  return result instanceof CelError ? result : noOverload(node, 'a condition', result);
}
