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

it('asks once, tells when the answer has come, and gives it for as long as the rules are the same', async () => {
  const { answers, evaluator, questions, ready, answer } = setUp();
  expect(answers.take(checkpoint(), {})).toEqual({ state: 'Evaluating', since: NOW });
  expect(answers.take(checkpoint(), {})).toEqual({ state: 'Evaluating', since: NOW });
  expect(questions.map(({ since }) => since)).toEqual([undefined]);
  await answer([result('AutoApprove')]);
  expect(ready).toEqual(['shop/refund']);
  const known = { state: 'Known', results: [result('AutoApprove')] };
  expect([answers.take(checkpoint(), {}), answers.take(checkpoint(), {})]).toEqual([known, known]);
  evaluator.version = 2;
  expect(answers.take(checkpoint(), {}).state).toBe('Evaluating');
  expect(questions.map(({ since }) => since)).toEqual([undefined, undefined]);
});

it('gives no answer that came before a newer rule was in force, however late it is taken', async () => {
  const { answers, evaluator, answer } = setUp();
  answers.take(asked, {});
  await answer([]);
  evaluator.version = 2;
  expect(answers.take(asked, {}).state).toBe('Evaluating');
  await answer([result('AutoDeny')]);
  expect(answers.take(asked, {})).toEqual({ state: 'Known', results: [result('AutoDeny')] });
});

it('asks again where the labels of the namespace changed before people were asked', async () => {
  const { answers, answer } = setUp();
  answers.take(checkpoint(), { tier: 'test' });
  await answer([result('AutoApprove')]);
  expect(answers.take(checkpoint(), { tier: 'test' }).state).toBe('Known');
  expect(answers.take(checkpoint(), { tier: 'production' }).state).toBe('Evaluating');
});

it('evaluates what was evaluated before only for rules that are newer', async () => {
  const { answers, evaluator, questions, answer } = setUp();
  answers.take(checkpoint(), {});
  await answer([result('RequireApproval')]);
  answers.take(checkpoint(), {});
  expect(answers.take(asked, {}).state).toBe('Known');
  expect(questions).toHaveLength(1);
  evaluator.version = 2;
  expect(answers.take(asked, {}).state).toBe('Evaluating');
  expect(questions.at(-1)?.since).toBe(1);
  await answer([]);
  expect(answers.take(asked, {})).toEqual({ state: 'Known', results: [] });
  expect(questions).toHaveLength(2);
});

it('forgets no rule that stops it, and asks about that rule again where rules changed before the decision', async () => {
  const { answers, evaluator, questions, answer } = setUp();
  answers.take(asked, {});
  await answer([result('AutoDeny')]);
  const known = { state: 'Known', results: [result('AutoDeny')] };
  expect([answers.take(asked, {}), answers.take(asked, {})]).toEqual([known, known]);
  evaluator.version = 2;
  expect(answers.take(asked, {}).state).toBe('Evaluating');
  expect(questions.map(({ since }) => since)).toEqual([0, 0]);
});

it('keeps nothing of a checkpoint that is over, and asks anew about one that is not', async () => {
  const { answers, questions, answer } = setUp();
  answers.take(asked, {});
  answers.forget(asked);
  await answer([]);
  expect(answers.take(asked, {}).state).toBe('Evaluating');
  expect(questions).toHaveLength(2);
});
