import { expect, it } from 'vitest';
import { API_VERSION, CHECKPOINT_REVIEWS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { listReviews } from '../../operator/reconcile/live-reviews.ts';
import { withApiServer } from '../support/api-server.ts';
import { ownedBy } from '../support/owned-by.ts';

const apiServer = withApiServer();

/** As the operator stores a click. */
async function review(asked: Checkpoint, username: string) {
  const { name, uid, namespace = '' } = asked.metadata;
  const review = {
    apiVersion: API_VERSION,
    kind: 'CheckpointReview',
    metadata: { name: `${name}-${username}`, namespace, ...ownedBy(asked) },
    spec: { checkpoint: { name, uid }, verdict: 'Approve', reviewer: { username } },
  };
  await apiServer().operator.create(CHECKPOINT_REVIEWS, review);
}

it('lists every review that answers an object, over several pages, and no other', async () => {
  const asked = await apiServer().asked({}, { name: 'asked', namespace: 'default' });
  const other = await apiServer().asked({}, { name: 'other', namespace: 'default' });
  const people = Array.from({ length: 25 }, (_, i) => `person-${String(i).padStart(2, '0')}`);
  for (const person of people) await review(asked, person);
  await review(other, 'mia');
  const before = Math.floor(Date.now() / 1000) * 1000;
  const { reviews, listedAt } = await listReviews(apiServer().operator, asked, 10);
  expect(reviews.map(({ spec }) => spec.reviewer?.username).sort()).toEqual(people);
  expect(listedAt.getTime()).toBeGreaterThanOrEqual(before);
});
