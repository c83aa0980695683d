import { forMacros, type VariableCount } from '../macros.ts';
import type { Node } from '../syntax.ts';
import { type CheckedType, type Checker, mustBeShallow, withoutCapitals } from './checker.ts';
import { FORM_TYPES } from './forms.ts';
import { namesOf, type TypeMacro, withVariables } from './variables.ts';

/** The types of a macro's variables, and of what follows them. */
interface MacroTypes {
  readonly checker: Checker;
  readonly node: Node;
  /** Of what is walked. */
  readonly range: CheckedType;
  readonly items: readonly CheckedType[];
  readonly steps: readonly CheckedType[];
  readonly stepNodes: readonly Node[];
}

type Give = (parts: MacroTypes) => CheckedType;

function walking(variableCount: VariableCount, give: Give): TypeMacro {
  return (node, { name, receiver = node, args }) =>
    (checker, variables) => {
      const range = checker.check(receiver, variables);
      const items = itemTypes(checker, receiver, range).slice(variableCount === 1 ? 2 : 0);
      const inner = withVariables(variables, namesOf(checker, name, args.slice(0, variableCount)), items);
      const stepNodes = args.slice(variableCount);
      const steps = stepNodes.map((step) => checker.check(step, inner));
      mustBeShallow(checker, steps, node);
      return give({ checker, node, range, items, steps, stepNodes });
    };
}

/** Of two variables, and after them of one. */
function itemTypes(checker: Checker, node: Node, range: CheckedType): CheckedType[] {
  const { dynType } = checker;
  const value = withoutCapitals(checker, range.valueType ?? dynType);
  const key = withoutCapitals(checker, range.keyType ?? dynType);
  if (range.kind === 'dyn') return [dynType, dynType, dynType];
  if (range.kind === 'list') return [checker.getType('int'), value, value];
  if (range.kind === 'map') return [key, value, key];
  throw checker.createError('invalid_range', `only lists and maps are walked, this is ${range.name}`, node);
}

function mustBeBool({ checker, steps, stepNodes }: MacroTypes, index: number): void {
  const type = steps[index];
  const node = stepNodes[index];
  if (type === undefined || node === undefined || type.isDynOrBool()) return;
  throw checker.createError('invalid_condition_type', `must be true or false, is ${type.name}`, node);
}

const quantifier: Give = (parts) => {
  mustBeBool(parts, 0);
  return parts.checker.getType('bool');
};

/** The type of what is made of each item, after a filter where there are two steps. */
function made(parts: MacroTypes): CheckedType {
  if (parts.steps.length === 2) mustBeBool(parts, 0);
  return withoutCapitals(parts.checker, parts.steps.at(-1) ?? parts.checker.dynType);
}

const toList: Give = (parts) => {
  const type = made(parts);
  return type.kind === 'dyn' && isEmpty(parts.range) ? parts.range : parts.checker.registry.getListType(type);
};

/** A list or map as it is written without items: what is in it is not known, and what is asked of it next decides. */
function isEmpty(range: CheckedType): boolean {
  return range.hasPlaceholderType && range.kind === 'list';
}

const filter: Give = (parts) => {
  mustBeBool(parts, 0);
  if (isEmpty(parts.range)) return parts.range;
  return parts.checker.registry.getListType(parts.items[0] ?? parts.checker.dynType);
};

const sortBy: Give = ({ checker, items }) => checker.registry.getListType(items[0] ?? checker.dynType);

const toMap: Give = (parts) => {
  const { checker, items, range } = parts;
  // Of an empty map as it is written nothing is known.
  if (range.kind === 'map' && range.hasPlaceholderType) return range;
  return checker.registry.getMapType(items[0] ?? checker.dynType, made(parts));
};

const toEntries: Give = (parts) => {
  const type = made(parts);
  if (type.kind === 'map' || type.kind === 'dyn') return type;
  throw parts.checker.createError('invalid_macro_argument', `must be a map, is ${type.name}`, parts.node);
};

const walkingWith =
  (give: Give): ((variables: VariableCount) => TypeMacro) =>
  (variables) =>
    walking(variables, give);

export const MACRO_TYPES = forMacros<TypeMacro>({
  all: walkingWith(quantifier),
  exists: walkingWith(quantifier),
  existsOne: walkingWith(quantifier),
  filter: walkingWith(filter),
  toList: walkingWith(toList),
  toMap: walkingWith(toMap),
  toEntries: walkingWith(toEntries),
  sortBy: walkingWith(sortBy),
  ...FORM_TYPES,
});
