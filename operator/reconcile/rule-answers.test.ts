import { expect, it } from 'vitest';
import type { Checkpoint, CheckpointStatus } from '../../crds/types.ts';
import type { RuleResult } from '../decision/facts.ts';
import { RuleAnswers } from './rule-answers.ts';

const NOW = new Date('2026-11-02T10:00:00Z');

const result = (decision: RuleResult['decision']): RuleResult => ({
  ruleRef: { kind: 'CheckpointRule', name: 'r' },
  generation: 1,
  result: 'Matched',
  decision,
  mode: 'Enforce',
  onError: 'Ask',
});

function checkpoint(status?: CheckpointStatus): Checkpoint {
  return {
    metadata: { name: 'refund', namespace: 'shop', uid: 'u1' },
    spec: { action: 'refund' },
    ...(status ? { status } : {}),
  };
}
const asked = checkpoint({ requirements: [{ minApprovals: 1 }] });

/** An evaluator that answers when it is told to. */
function setUp() {
  const questions: { since: number | undefined; answer(results: readonly RuleResult[]): void }[] = [];
  const evaluator = {
    version: 1,
    evaluate: (_: unknown, since?: number) =>
      new Promise<{ results: readonly RuleResult[]; version: number }>((resolve) => {
        const { version } = evaluator;
        questions.push({ since, answer: (results) => resolve({ results, version }) });
      }),
  };
  const ready: string[] = [];
  const answers = new RuleAnswers({ evaluator, ready: (key) => ready.push(key), now: () => NOW });
  const answer = async (results: readonly RuleResult[]) => {
    questions.at(-1)?.answer(results);
    await Promise.resolve();
  };
  return { answers, evaluator, questions, ready, answer };
}

it('asks once, tells when the answer has come, and gives it to one pass', async () => {
  const { answers, questions, ready, answer } = setUp();
  expect(answers.take(checkpoint(), {})).toEqual({ state: 'Evaluating', since: NOW });
  expect(answers.take(checkpoint(), {})).toEqual({ state: 'Evaluating', since: NOW });
  expect(questions.map(({ since }) => since)).toEqual([undefined]);
  await answer([result('AutoApprove')]);
  expect(ready).toEqual(['shop/refund']);
  expect(answers.take(checkpoint(), {})).toEqual({ state: 'Known', results: [result('AutoApprove')] });
  expect(answers.take(checkpoint(), {}).state).toBe('Evaluating');
});

it('evaluates what was evaluated before only for rules that are newer', async () => {
  const { answers, evaluator, questions, answer } = setUp();
  answers.take(checkpoint(), {});
  await answer([result('RequireApproval')]);
  answers.take(checkpoint(), {});
  expect(answers.take(asked, {})).toEqual({ state: 'Known', results: [] });
  expect(questions).toHaveLength(1);
  evaluator.version = 2;
  expect(answers.take(asked, {}).state).toBe('Evaluating');
  expect(questions.at(-1)?.since).toBe(1);
  await answer([]);
  expect(answers.take(asked, {})).toEqual({ state: 'Known', results: [] });
  expect(answers.take(asked, {})).toEqual({ state: 'Known', results: [] });
  expect(questions).toHaveLength(2);
});

it('forgets no rule that stops it, however often the decision cannot be written', async () => {
  const { answers, questions, answer } = setUp();
  answers.take(asked, {});
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await answer([result('AutoDeny')]);
    expect(answers.take(asked, {})).toEqual({ state: 'Known', results: [result('AutoDeny')] });
    expect(answers.take(asked, {}).state).toBe('Evaluating');
    expect(questions.map(({ since }) => since)).toEqual(Array(attempt + 1).fill(0));
  }
});

it('keeps nothing of a checkpoint that is over, and asks anew about one that is not', async () => {
  const { answers, questions, answer } = setUp();
  answers.take(asked, {});
  answers.forget(asked);
  await answer([]);
  expect(answers.take(asked, {}).state).toBe('Evaluating');
  expect(questions).toHaveLength(2);
});
