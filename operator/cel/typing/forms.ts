import type { Node } from '../syntax.ts';
import { type CheckedType, type Checker, mustBeShallow, withoutCapitals } from './checker.ts';
import { namesOf, type TypeMacro, withVariables } from './variables.ts';

const bind: TypeMacro =
  (_node, { args: [name, value, body] }) =>
  (checker, variables) => {
    const names = namesOf(checker, 'cel.bind', name ? [name] : []);
    const type = withoutCapitals(checker, checker.check(value as Node, variables));
    return checker.check(body as Node, withVariables(variables, names, [type]));
  };

/** What is in an optional; an error for what is none. */
function contentOf(checker: Checker, node: Node, type: CheckedType): CheckedType {
  if (type.kind === 'dyn') return type;
  if (type.kind === 'optional' && type.valueType) return withoutCapitals(checker, type.valueType);
  throw checker.createError('optional_expected', `must be an optional, is ${type.name}`, node);
}

/** As in Kubernetes: of an optional of which nothing is known, the other says the type. */
function isUnknown(type: CheckedType): boolean {
  return type.kind === 'dyn' || type.valueType?.kind === 'param';
}

function mapping(flat: boolean): TypeMacro {
  return (node, { name, receiver = node, args: [variable, body] }) =>
    (checker, variables) => {
      const content = contentOf(checker, receiver, checker.check(receiver, variables));
      const names = namesOf(checker, name, variable ? [variable] : []);
      const type = checker.check(body as Node, withVariables(variables, names, [content]));
      if (flat) contentOf(checker, body as Node, type);
      else mustBeShallow(checker, [type], node);
      return flat ? type : checker.registry.getOptionalType(withoutCapitals(checker, type));
    };
}

const or: TypeMacro =
  (node, { receiver = node, args: [other = node] }) =>
  (checker, variables) => {
    const first = checker.check(receiver, variables);
    const second = checker.check(other, variables);
    const content = contentOf(checker, other, second);
    if (isUnknown(first)) return second;
    const either = eitherOf(checker, node, [contentOf(checker, receiver, first), content]);
    return checker.registry.getOptionalType(either);
  };

const orValue: TypeMacro =
  (node, { receiver = node, args: [other = node] }) =>
  (checker, variables) => {
    const first = checker.check(receiver, variables);
    const second = checker.check(other, variables);
    return isUnknown(first) ? second : eitherOf(checker, node, [contentOf(checker, receiver, first), second]);
  };

function eitherOf(
  checker: Checker,
  node: Node,
  [first, second]: readonly [CheckedType, CheckedType],
): CheckedType {
  const both = first.unify(checker.registry, second);
  if (both !== null) return both;
  throw checker.createError(
    'no_such_overload',
    `must be of one type, is ${first.name} or ${second.name}`,
    node,
  );
}

/** `has(a.b)` of any field there may be. */
const has: TypeMacro =
  (node, { args: [field] }) =>
  (checker, variables) => {
    if (field?.op !== '.')
      throw checker.createError('has_argument', 'has() takes a field, e.g. has(a.b)', node);
    checker.check(field, variables);
    return checker.getType('bool');
  };

/** The types of the macros that walk nothing. */
export const FORM_TYPES = {
  bind: () => bind,
  has: () => has,
  optMap: () => mapping(false),
  optFlatMap: () => mapping(true),
  or: () => or,
  orValue: () => orValue,
};
