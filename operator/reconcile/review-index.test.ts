import { describe, expect, it } from 'vitest';
import type { CheckpointReview } from '../../crds/types.ts';
import { ReviewIndex, stubOf } from './review-index.ts';

const CHECKPOINT = { name: 'refund', namespace: 'shop', uid: 'c1' };

function review(uid: string, { namespace = 'shop', of = 'c1' } = {}): CheckpointReview {
  return {
    metadata: { name: uid, namespace, uid, resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { checkpoint: { name: 'refund', uid: of }, verdict: 'Deny', reviewer: { username: 'mia' } },
  };
}

describe('the reviews of a checkpoint', () => {
  it('are those of its uid in its namespace, each once', () => {
    const index = new ReviewIndex();
    const other = review('r2');
    for (const each of [review('r1'), other, review('r1')]) index.put(each);
    index.put(review('r3', { of: 'c2' }));
    index.put(review('r4', { namespace: 'bank' }));
    expect(index.of(CHECKPOINT)?.map(({ metadata }) => metadata.uid)).toEqual(['r2', 'r1']);
    index.remove(other);
    index.remove(review('r1'));
    expect(index.of(CHECKPOINT)).toEqual([]);
  });

  it('are only known to the API server while one of them is a stub', () => {
    const index = new ReviewIndex();
    index.put(review('r1'));
    index.put(stubOf(review('r2')));
    expect(index.of(CHECKPOINT)).toBeUndefined();
    expect(index.known(CHECKPOINT)).toHaveLength(2);
    index.put(review('r2'));
    expect(index.of(CHECKPOINT)).toHaveLength(2);
    index.put(stubOf(review('r1')));
    index.remove(stubOf(review('r1')));
    expect(index.of(CHECKPOINT)).toEqual([review('r2')]);
  });
});

it('a stub says which review it is, in which state and of what, and nothing more', () => {
  expect(stubOf(review('r1'))).toEqual({
    metadata: { name: 'r1', namespace: 'shop', uid: 'r1', resourceVersion: '7' },
    spec: { checkpoint: { name: 'refund', uid: 'c1' } },
  });
});
