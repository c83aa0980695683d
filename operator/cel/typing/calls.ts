import { type Overload, type Signature, showSignature } from '../signatures.ts';
import type { Node } from '../syntax.ts';
import {
  type CheckedType,
  type Checker,
  common,
  mustBeShallow,
  type TypeCheck,
  withoutCapitals,
} from './checker.ts';

/** The type of a call of a function: what the overloads that its arguments fit give. */
export function typeCall(node: Node, operands: readonly Node[], overloads: readonly Overload[]): TypeCheck {
  return (checker, variables) => {
    const types = operands.map((operand) => checker.check(operand, variables));
    if (overloads.some(({ signature }) => wraps(signature))) mustBeShallow(checker, types, node);
    const results = overloads.flatMap(({ signature }) => resultOf(checker, signature, types) ?? []);
    if (results.length === 0) throw checker.createError('no_such_overload', misfit(types, overloads), node);
    return types.some(({ hasDynType }) => hasDynType)
      ? common(checker, results)
      : (results[0] ?? checker.dynType);
  };
}

/** Whether what is given may be wrapped: `optional.of(A): optional<A>`. */
function wraps({ params, returns }: Signature): boolean {
  return params.some((type) => /^[A-Z]$/.test(type)) && returns.includes('<');
}

function misfit(types: readonly CheckedType[], overloads: readonly Overload[]): string {
  const name = overloads[0]?.signature.name ?? '';
  const shown = overloads.map(({ signature }) => showSignature(signature)).join(', ');
  const given = types.map((type) => type.name).join(', ');
  return `${name}() does not take ${given}: there is ${shown}`;
}

/** What an overload gives for arguments of these types; undefined where they do not fit. */
function resultOf(
  checker: Checker,
  { receiver, params, returns }: Signature,
  types: readonly CheckedType[],
): CheckedType | undefined {
  const declared = (receiver === undefined ? params : [receiver, ...params]).map((name) =>
    checker.getType(name),
  );
  const capitals = new Map<string, CheckedType>();
  const fit = declared.every((type, index) => fits(checker, type, types[index] ?? checker.dynType, capitals));
  if (!fit) return undefined;
  const type = checker.getType(returns).templated(checker.registry, capitals);
  // As in Kubernetes, of a list of which nothing is known what is asked of it next decides its items.
  return type.kind === 'param' ? withoutCapitals(checker, type) : type;
}

/** Whether an argument fits; capitals stand for what the arguments before have made of them. */
function fits(
  checker: Checker,
  declared: CheckedType,
  actual: CheckedType,
  capitals: Map<string, CheckedType>,
): boolean {
  if (!declared.hasPlaceholderType) return actual.matches(declared);
  if (declared.kind === 'param') {
    const both = (capitals.get(declared.name) ?? actual).unify(checker.registry, actual);
    capitals.set(declared.name, both ?? actual);
    return both !== null;
  }
  if (actual.kind === 'dyn' || actual.kind === 'param') return true;
  const parts = ['keyType', 'valueType'] as const;
  return (
    actual.kind === declared.kind &&
    parts.every((part) =>
      fits(checker, declared[part] ?? checker.dynType, actual[part] ?? checker.dynType, capitals),
    )
  );
}
