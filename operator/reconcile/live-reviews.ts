import { CHECKPOINT_REVIEWS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { LiveReviews } from './ports.ts';

const PAGE_SIZE = 500;

/** What answers one object, live. Later pages continue the first one's snapshot, so its time is the list's. */
export async function listReviews(
  client: Pick<KubeClient, 'list'>,
  { metadata }: Checkpoint,
  pageSize = PAGE_SIZE,
): Promise<LiveReviews> {
  const { namespace = '', uid = '' } = metadata;
  const query = { namespace, fieldSelector: `spec.checkpoint.uid=${uid}`, limit: pageSize };
  const first = await client.list<CheckpointReview>(CHECKPOINT_REVIEWS, query);
  const reviews = [...first.items];
  for (let token = first.continue; token !== undefined; ) {
    const page = await client.list<CheckpointReview>(CHECKPOINT_REVIEWS, { ...query, continue: token });
    reviews.push(...page.items);
    token = page.continue;
  }
  return { reviews, listedAt: first.serverTime };
}
