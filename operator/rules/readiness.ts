import type { RuleStatus } from '../../crds/types.ts';
import { type ConditionDraft, stampConditions } from '../model/conditions.ts';
import type { AnyRule } from '../model/references.ts';
import { bounded } from '../model/text.ts';
import { type Compilation, type Problem, problemText } from './compile.ts';

/** Characters of all problems of a rule: the schema leaves room for far more, and people read the first few. */
const PROBLEMS_TEXT = 4096;

/**
 * What a rule's status should say once it is in force. A rule that cannot compile has `Stalled` besides `Ready=False`;
 * otherwise GitOps tools would wait for ever. Equal to the present status if nothing changed.
 */
export function ruleStatus({ metadata, status }: AnyRule, compilation: Compilation, now: Date): RuleStatus {
  const problems = compilation.ok ? [] : compilation.problems;
  const generation = metadata.generation ?? 1;
  const message = bounded(problems.map(problemText).join('\n'), PROBLEMS_TEXT);
  const drafts = problems.length > 0 ? invalid(reasonOf(problems), message) : IN_FORCE;
  const conditions = stampConditions(drafts, status?.conditions ?? [], { now, generation });
  return { observedGeneration: generation, conditions };
}

const IN_FORCE: readonly ConditionDraft[] = [
  { type: 'Ready', status: 'True', reason: 'InForce', message: 'The rule is in force.' },
];

function reasonOf(problems: readonly Problem[]): string {
  return problems.some(({ line }) => line !== undefined) ? 'InvalidExpression' : 'InvalidApproval';
}

function invalid(reason: string, message: string): readonly ConditionDraft[] {
  return [
    { type: 'Ready', status: 'False', reason, message },
    { type: 'Stalled', status: 'True', reason, message },
  ];
}
