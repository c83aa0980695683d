import type { RuleResult } from '../decision/facts.ts';
import type { BoundedInput } from './input.ts';
import type { AnyRule } from './rule.ts';

/** Steps that go to the worker in one message. */
export const BATCH = 32;

/** What the rules say, and which rules: those of all changes up to `version`. */
export interface Answer {
  readonly results: readonly RuleResult[];
  readonly version: number;
}

/** A checkpoint that the rules are asked about, and how far that has come. */
export interface Evaluation {
  readonly input: BoundedInput;
  /** It was with others when the worker failed. */
  readonly alone: boolean;
  /** What is known so far, and which rules are still to be tried one by one; undefined before the first try. */
  readonly rest?: { readonly rules: readonly AnyRule[]; readonly answer: Answer };
  readonly settle: (answer: Answer) => void;
}

/** Those at the head that have not been tried, in one message; what goes on by itself goes alone. */
export function together(waiting: readonly Evaluation[]): number {
  const first = waiting.slice(0, BATCH);
  const apart = first.findIndex(({ alone, rest }) => alone || rest !== undefined);
  return apart < 0 ? first.length : apart;
}

/** Gives the answer where no rule is left to be tried; else what has to go on. */
export function settled(evaluation: Evaluation, left: readonly AnyRule[], answer: Answer): Evaluation[] {
  if (left.length > 0) return [{ ...evaluation, rest: { rules: left, answer } }];
  evaluation.settle(answer);
  return [];
}

export function namespaceOf({ checkpoint }: BoundedInput): string {
  return checkpoint.metadata.namespace ?? '';
}
