import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint } from '../../crds/types.ts';
import { stopping } from '../decision/precedence.ts';
import type { Answer } from '../rules/evaluation.ts';
import type { RuleEvaluator } from '../rules/evaluator.ts';
import type { EvaluationInput } from '../rules/input.ts';
import { type CheckpointKey, keyOf, type RuleAnswer } from './ports.ts';

type Labels = Readonly<Record<string, string>>;

interface Entry {
  /** What is known, and up to which version of the rules; undefined before anything is. */
  answer: Answer | undefined;
  /** Of the namespace when that was asked. */
  labels: Labels;
  /** Undefined: nothing is being evaluated. */
  askedAt: Date | undefined;
}

interface Options {
  readonly evaluator: Pick<RuleEvaluator, 'evaluate' | 'version'>;
  /** Told when an answer has come. */
  ready(key: CheckpointKey): void;
  now(): Date;
}

/**
 * What the rules say of checkpoints. No pass ever waits for it: a rule that is slow on some checkpoint must not hold up
 * the deadline of another. An answer holds for the rules of now alone. Once people are asked, only rules that are newer
 * than the last answer, and could stop the checkpoint, are evaluated.
 */
export class RuleAnswers {
  readonly #options: Options;
  readonly #entries = new Map<string, Entry>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Where the rules are being evaluated, `ready` is called when they have been. */
  take(checkpoint: Checkpoint, namespaceLabels: Labels): RuleAnswer {
    const entry = this.#entryOf(checkpoint);
    const evaluatedBefore = checkpoint.status?.requirements !== undefined;
    const { answer } = entry;
    if (answer?.version === this.#options.evaluator.version) {
      const holds = evaluatedBefore || isDeepStrictEqual(entry.labels, namespaceLabels);
      if (evaluatedBefore) entry.answer = { ...answer, results: needed(answer) };
      if (holds) return { state: 'Known', results: answer.results };
    }
    const since = evaluatedBefore ? clearedUpTo(answer) : undefined;
    entry.askedAt ??= this.#ask(entry, { checkpoint, namespaceLabels }, since);
    return { state: 'Evaluating', since: entry.askedAt };
  }

  /** For a checkpoint that is over. */
  forget({ metadata }: Checkpoint): void {
    this.#entries.delete(metadata.uid ?? '');
  }

  #ask(entry: Entry, input: EvaluationInput, since: number | undefined): Date {
    const { evaluator, ready, now } = this.#options;
    entry.labels = input.namespaceLabels;
    void evaluator.evaluate(input, since).then((answer) => {
      entry.askedAt = undefined;
      entry.answer = answer;
      ready(keyOf(input.checkpoint));
    });
    return now();
  }

  #entryOf({ metadata }: Checkpoint): Entry {
    const uid = metadata.uid ?? '';
    const entry = this.#entries.get(uid) ?? { answer: undefined, labels: {}, askedAt: undefined };
    this.#entries.set(uid, entry);
    return entry;
  }
}

/** A rule that stops the checkpoint is asked about again until the decision stands, as it may be another by then. */
function clearedUpTo(answer: Answer | undefined): number {
  return answer && needed(answer).length === 0 ? answer.version : 0;
}

/** Once people are asked only what stops is looked at; the rest would be kept for as long as they take. */
function needed({ results }: Answer): Answer['results'] {
  return stopping(results) === undefined ? [] : results;
}
