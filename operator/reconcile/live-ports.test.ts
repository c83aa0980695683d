import { expect, it } from 'vitest';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import { portsTo } from './live-ports.ts';
import { ReviewIndex, stubOf } from './review-index.ts';

const CHECKPOINT: Checkpoint = {
  metadata: { name: 'refund', namespace: 'shop', uid: 'c1' },
  spec: { action: 'refund' },
};
const DENIAL: CheckpointReview = {
  metadata: { name: 'r1', namespace: 'shop', uid: 'r1' },
  spec: { checkpoint: { name: 'refund', uid: 'c1' }, verdict: 'Deny' },
};

/** What a pass is told of reviews, and how often the API server was asked for them. */
async function told({ reviews = new ReviewIndex(), isSynced = true }) {
  let lists = 0;
  const client = {
    list: async () => {
      lists += 1;
      return { items: [DENIAL], resourceVersion: '9', serverTime: new Date(0) };
    },
  };
  const world = { client, reviews, watches: { reviews: { isSynced } } };
  const known = await portsTo(world as unknown as Parameters<typeof portsTo>[0]).knownReviews(CHECKPOINT);
  return { known, lists };
}

function indexOf(review: Parameters<ReviewIndex['put']>[0]): ReviewIndex {
  const reviews = new ReviewIndex();
  reviews.put(review);
  return reviews;
}

it('reviews come from the watch where it has them whole', async () => {
  expect(await told({})).toEqual({ known: [], lists: 0 });
  expect(await told({ reviews: indexOf(DENIAL) })).toEqual({ known: [DENIAL], lists: 0 });
});

it('a review that came before its checkpoint was known, or of one that waits again, is read live', async () => {
  expect(await told({ reviews: indexOf(stubOf(DENIAL)) })).toEqual({ known: [DENIAL], lists: 1 });
});

it('before the watch of reviews has begun they are read live', async () => {
  expect(await told({ isSynced: false })).toEqual({ known: [DENIAL], lists: 1 });
});
