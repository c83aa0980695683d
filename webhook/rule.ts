import type { CheckpointRule } from '../crds/types.ts';
import { compileRule } from '../operator/rules/compile.ts';
import { type AdmissionRequest, ALLOWED, type Answer, refused } from './admission.ts';

/** Refuses a rule whose expressions do not compile, with every problem's field, line, column and caret. */
export function checkRule({ object }: AdmissionRequest): Answer {
  const { spec } = object as CheckpointRule;
  const compiled = compileRule(spec);
  if (compiled.ok) return ALLOWED;
  return refused(
    422,
    compiled.problems.map(({ field, line, column, message }) => `${field}:${line}:${column}: ${message}`),
  );
}
