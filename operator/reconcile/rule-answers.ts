import type { Checkpoint } from '../../crds/types.ts';
import { stopping } from '../decision/precedence.ts';
import type { Answer, RuleEvaluator } from '../rules/evaluator.ts';
import type { EvaluationInput } from '../rules/input.ts';
import { type CheckpointKey, keyOf, type RuleAnswer } from './ports.ts';

interface Entry {
  /** The rules up to this version do not stop the checkpoint; undefined before that is known. */
  cleared: number | undefined;
  /** Has come, and no pass has taken it. */
  answer: Answer | undefined;
  /** Undefined: nothing is being evaluated. */
  askedAt: Date | undefined;
}

interface Options {
  readonly evaluator: Pick<RuleEvaluator, 'evaluate' | 'version'>;
  /** Told when an answer has come. */
  ready(key: CheckpointKey): void;
  now(): Date;
}

const NOTHING: RuleAnswer = { state: 'Known', results: [] };

/**
 * What the rules say of checkpoints. No pass ever waits for it: a rule that is slow on some checkpoint must not hold up
 * the deadline of another. A checkpoint that was evaluated once is evaluated again only for rules that are newer.
 */
export class RuleAnswers {
  readonly #options: Options;
  readonly #entries = new Map<string, Entry>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Where the rules are being evaluated, `ready` is called when they have been. */
  take(checkpoint: Checkpoint, namespaceLabels: Readonly<Record<string, string>>): RuleAnswer {
    const entry = this.#entryOf(checkpoint);
    const { answer } = entry;
    if (answer !== undefined) {
      entry.answer = undefined;
      if (stopping(answer.results) === undefined) entry.cleared = answer.version;
      return { state: 'Known', results: answer.results };
    }
    const evaluatedBefore = checkpoint.status?.requirements !== undefined;
    if (evaluatedBefore && entry.cleared === this.#options.evaluator.version) return NOTHING;
    const since = evaluatedBefore ? (entry.cleared ?? 0) : undefined;
    entry.askedAt ??= this.#ask(entry, { checkpoint, namespaceLabels }, since);
    return { state: 'Evaluating', since: entry.askedAt };
  }

  /** For a checkpoint that is over. */
  forget({ metadata }: Checkpoint): void {
    this.#entries.delete(metadata.uid ?? '');
  }

  #ask(entry: Entry, input: EvaluationInput, since: number | undefined): Date {
    const { evaluator, ready, now } = this.#options;
    void evaluator.evaluate(input, since).then((answer) => {
      entry.askedAt = undefined;
      entry.answer = answer;
      ready(keyOf(input.checkpoint));
    });
    return now();
  }

  #entryOf({ metadata }: Checkpoint): Entry {
    const uid = metadata.uid ?? '';
    const entry = this.#entries.get(uid) ?? { cleared: undefined, answer: undefined, askedAt: undefined };
    this.#entries.set(uid, entry);
    return entry;
  }
}
