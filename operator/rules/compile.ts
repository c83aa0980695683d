import type { RuleSpec } from '../../crds/types.ts';
import { compileExpression, type Expression } from '../cel/expression.ts';
import { type Problem, problemFrom } from '../cel/finding.ts';
import { type Asking, approvalProblems } from '../model/approval.ts';

export { type Problem, problemText } from '../cel/finding.ts';

/** Characters of one expression. */
const SOURCE_LIMIT = 4096;

/** A rule whose expressions are checked and can be evaluated. An absent condition always holds. */
export interface CompiledRule {
  readonly ok: true;
  readonly condition?: Expression;
  readonly message?: Expression;
}

export type Compilation = CompiledRule | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks what could never be in force, as admission, the operator and the command line do. Never throws. */
export function compileRule(spec: Pick<RuleSpec, 'condition' | 'message'> & Asking): Compilation {
  const { condition, message } = spec;
  const [compiledCondition, conditionProblems] = compileField('spec.condition', condition, 'bool');
  const [compiledMessage, messageProblems] = compileField('spec.message', message, 'string');
  const problems = [...conditionProblems, ...messageProblems, ...unmeetable(spec)];
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    ...(compiledCondition ? { condition: compiledCondition } : {}),
    ...(compiledMessage ? { message: compiledMessage } : {}),
  };
}

function unmeetable(spec: Asking): Problem[] {
  return approvalProblems(spec).map(({ path, message }) => ({ field: path, code: 'unmeetable', message }));
}

function compileField(
  field: string,
  source: string | undefined,
  wanted: 'bool' | 'string',
): [Expression | undefined, readonly Problem[]] {
  if (source === undefined) return [undefined, []];
  if (source.length > SOURCE_LIMIT) {
    const message = `is longer than ${SOURCE_LIMIT} characters`;
    return [undefined, [{ field, line: 1, column: 1, code: 'too_long', message }]];
  }
  const compiled = compileExpression(source, wanted);
  if (compiled.ok) return [compiled.expression, []];
  return [undefined, compiled.findings.map((finding) => problemFrom(finding, field, source))];
}
