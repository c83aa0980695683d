import { SCHEMA } from '../../crds/limits.ts';
import type { RuleSpec } from '../../crds/types.ts';
import { compileExpression, type Expression } from '../cel/expression.ts';
import { type Problem, problemFrom } from '../cel/finding.ts';
import { type Asking, approvalProblems } from '../model/approval.ts';

export { type Problem, problemText } from '../cel/finding.ts';

/** A rule whose expressions are checked and can be evaluated. An absent condition always holds. */
export interface CompiledRule {
  readonly ok: true;
  readonly condition?: Expression;
  readonly message?: Expression;
}

export type Compilation = CompiledRule | { readonly ok: false; readonly problems: readonly Problem[] };

/** Finds what keeps a rule from ever being in force. Admission and the operator both ask it. Never throws. */
export function compileRule(spec: Pick<RuleSpec, 'condition' | 'message'> & Asking): Compilation {
  const { condition, message } = spec;
  const parts = {
    condition: compileField('condition', condition),
    message: compileField('message', message),
  };
  const problems = [...parts.condition.problems, ...parts.message.problems, ...unmeetable(spec)];
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    ...(parts.condition.expression ? { condition: parts.condition.expression } : {}),
    ...(parts.message.expression ? { message: parts.message.expression } : {}),
  };
}

function unmeetable(spec: Asking): Problem[] {
  return approvalProblems(spec).map(({ path, message }) => ({ field: path, code: 'unmeetable', message }));
}

/** What each expression gives. */
const TYPES = { condition: 'bool', message: 'string' } as const;

interface CompiledField {
  readonly expression?: Expression;
  readonly problems: readonly Problem[];
}

function compileField(name: keyof typeof TYPES, source: string | undefined): CompiledField {
  if (source === undefined) return { problems: [] };
  const field = `spec.${name}`;
  const { maxLength } = SCHEMA.CheckpointRule.spec[name];
  if (source.length > maxLength) {
    const message = `is longer than ${maxLength} characters`;
    return { problems: [{ field, line: 1, column: 1, code: 'too_long', message }] };
  }
  const compiled = compileExpression(source, TYPES[name]);
  if (compiled.ok) return { expression: compiled.expression, problems: [] };
  return { problems: compiled.findings.map((finding) => problemFrom(finding, field, source)) };
}
