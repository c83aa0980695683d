import { expect, it } from 'vitest';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import { Controller, type ControllerParts } from './controller.ts';
import { type KnownReview, ReviewIndex, stubOf } from './review-index.ts';
import type { Watches } from './watches.ts';

type Handlers = Parameters<Watches['run']>[0];

const CHECKPOINT: Checkpoint = {
  metadata: { name: 'refund', namespace: 'shop', uid: 'c1' },
  spec: { action: 'refund' },
};
const REVIEW: CheckpointReview = {
  metadata: { name: 'r1', namespace: 'shop', uid: 'r1' },
  spec: { checkpoint: { name: 'refund', uid: 'c1' }, verdict: 'Approve' },
};

it('what reviews say is given up when their checkpoint leaves the watch', () => {
  const reviews = new ReviewIndex();
  let handlers: Handlers | undefined;
  const watches = {
    checkpoints: { size: 0, get: () => undefined },
    reviews: { reduce: (review: KnownReview) => stubOf(review) },
    run: async (given: Handlers) => {
      handlers = given;
    },
  };
  const parts = {
    reviews,
    watches,
    monitor: { run: async () => undefined },
    reconciler: { forget: () => undefined },
  };
  void new Controller(parts as unknown as ControllerParts).follow(new AbortController().signal);
  handlers?.review({ type: 'Added', object: REVIEW });
  expect(reviews.of(CHECKPOINT.metadata)).toEqual([REVIEW]);
  handlers?.checkpoint({ type: 'Deleted', object: CHECKPOINT });
  expect(reviews.of(CHECKPOINT.metadata)).toBeUndefined();
  expect(reviews.known(CHECKPOINT.metadata)).toEqual([stubOf(REVIEW)]);
});
