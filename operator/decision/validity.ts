import type { Checkpoint } from '../../crds/types.ts';
import { contextProblems } from '../model/context-bounds.ts';
import { problemLine } from '../model/field-problem.ts';

/** The API server gives each new object this generation, and raises it when `spec` changes. */
const UNCHANGED = 1;

/** What admission should have stopped. Nothing of it is evaluated, and nobody's approval of it counts. */
export function problemsOf({ metadata, spec }: Checkpoint): string[] {
  const problems = contextProblems(spec.context).map(problemLine);
  if (!spec.requester?.username) {
    problems.push('spec.requester: missing; the admission webhook must stamp it');
  }
  if (metadata.generation !== UNCHANGED) {
    problems.unshift(
      `metadata.generation: is ${metadata.generation}, so spec was changed after it was asked`,
    );
  }
  return problems;
}
