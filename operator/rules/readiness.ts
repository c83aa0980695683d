import type { Condition, RuleStatus } from '../../crds/types.ts';
import { rfc3339 } from '../model/time.ts';
import { type Compilation, type Problem, problemText } from './compile.ts';
import type { AnyRule } from './rule.ts';

/** The API server's bound on a condition's message leaves room for far more; people read the first few. */
const MESSAGE_LIMIT = 4096;

/**
 * What a rule's status should say once it is in force. `Stalled` besides `Ready=False`, or GitOps tools would wait
 * for ever for a rule that cannot compile. Equal to the present status where nothing changed.
 */
export function ruleStatus({ metadata, status }: AnyRule, compilation: Compilation, now: Date): RuleStatus {
  const problems = compilation.ok ? [] : compilation.problems;
  const observedGeneration = metadata.generation ?? 1;
  const message = problems.map(problemText).join('\n').slice(0, MESSAGE_LIMIT);
  const drafts = problems.length > 0 ? invalid(reasonOf(problems), message) : IN_FORCE;
  const before = status?.conditions ?? [];
  const time = rfc3339(now);
  const conditions = drafts.map((draft) => {
    const old = before.find(({ type }) => type === draft.type);
    const lastTransitionTime = old?.status === draft.status ? old.lastTransitionTime : time;
    return { ...draft, observedGeneration, lastTransitionTime };
  });
  return { observedGeneration, conditions };
}

type Draft = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

const IN_FORCE: readonly Draft[] = [
  { type: 'Ready', status: 'True', reason: 'InForce', message: 'The rule is in force.' },
];

function reasonOf(problems: readonly Problem[]): string {
  return problems.some(({ line }) => line !== undefined) ? 'InvalidExpression' : 'InvalidApproval';
}

function invalid(reason: string, message: string): readonly Draft[] {
  return [
    { type: 'Ready', status: 'False', reason, message },
    { type: 'Stalled', status: 'True', reason, message },
  ];
}
