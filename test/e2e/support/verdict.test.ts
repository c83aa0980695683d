import { describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointReview, Decision } from '../../../crds/types.ts';
import type { Asked } from './load.ts';
import { type Kind, type Shape, shapeOf } from './shapes.ts';
import { type Evidence, faultsOf, lateness, percentile } from './verdict.ts';

const DECISION = { decisionTime: '2026-11-02T10:00:12Z' } as Decision;
const CREATED = '2026-11-02T10:00:00Z';

function shapeFor(kind: Kind): Shape {
  const found = Array.from({ length: 40 }, (_, n) => shapeOf(n)).find((shape) => shape.kind === kind);
  if (found === undefined) throw new Error(kind);
  return found;
}

/** One question of a kind and what became of it; everything is as it should be but for what a test says. */
function evidence(
  kind: Kind,
  decision: Partial<Decision> | undefined,
  rest: Partial<Evidence> = {},
): Evidence {
  const shape = shapeFor(kind);
  const metadata = { name: 'a', uid: 'u', creationTimestamp: CREATED };
  const checkpoint = { metadata, spec: shape.spec } as Checkpoint;
  const asked: Asked = { shape, checkpoint, answeredAt: Date.parse(CREATED) };
  const status = decision && { decision: { decisionTime: '2026-11-02T10:00:12Z', ...decision } as Decision };
  return {
    asked: [asked],
    stored: new Map([['u', { ...checkpoint, ...(status ? { status } : {}) } as Checkpoint]]),
    reviews: [],
    seen: () => ({ decisions: new Set(['{}']), decidedAt: Date.parse('2026-11-02T10:00:12.300Z') }),
    decisionsTaken: new Map([['u', [DECISION]]]),
    messages: new Map(),
    ...rest,
  };
}

function review(creationTimestamp: string): CheckpointReview {
  return {
    metadata: { name: 'r', creationTimestamp },
    spec: { checkpoint: { name: 'a', uid: 'u' } },
  } as CheckpointReview;
}

const NONE = { lost: [], decidedTwice: [], wrong: [], askedTwice: [] };

describe('a load is without fault', () => {
  it.each([
    ['approved by rule', 'Approved', []],
    ['denied by rule', 'Denied', []],
    ['by deadline', 'TimedOut', []],
    ['by review', 'Approved', [review('2026-11-02T10:00:59Z')]],
    ['by click', 'TimedOut', [review('2026-11-02T10:01:00Z')]],
  ] as const)('where one %s is %s', (kind, outcome, reviews) => {
    expect(faultsOf(evidence(kind, { outcome }, { reviews }))).toEqual(NONE);
  });
});

describe('a fault is noticed', () => {
  const approved = { outcome: 'Approved' } as const;
  const timedOut = { outcome: 'TimedOut' } as const;

  it.each<[string, keyof typeof NONE, Evidence]>([
    ['a question that is gone', 'lost', evidence('by deadline', timedOut, { stored: new Map() })],
    ['a question that nobody decided', 'lost', evidence('by deadline', undefined)],
    [
      'a decision that was written twice',
      'decidedTwice',
      evidence('approved by rule', approved, {
        decisionsTaken: new Map([['u', [DECISION, DECISION]]]),
      }),
    ],
    [
      'a decision that was shown as another, or as none, later',
      'decidedTwice',
      evidence('approved by rule', approved, { seen: () => ({ decisions: new Set(['{}', 'null']) }) }),
    ],
    ['two messages', 'askedTwice', evidence('by click', timedOut, { messages: new Map([['u', 2]]) })],
    ['an approval that nobody gave', 'wrong', evidence('by click', approved)],
    ['an approval of what a rule denies', 'wrong', evidence('denied by rule', approved)],
    [
      'an end before the grace',
      'wrong',
      evidence('by deadline', { ...timedOut, decisionTime: '2026-11-02T10:00:11Z' }),
    ],
    [
      'a review in time that did not count',
      'wrong',
      evidence('by review', timedOut, { reviews: [review(CREATED)] }),
    ],
  ])('%s', (_what, fault, found) => {
    expect(faultsOf(found)).toEqual({ ...NONE, [fault]: [expect.stringContaining('a (')] });
  });
});

it('lateness begins after deadline and grace', () => {
  expect(lateness(evidence('by deadline', { outcome: 'TimedOut' }))).toEqual([300]);
});

it('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1);
  expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 99, 100]);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBeUndefined();
});
