import { CHECKPOINT_REVIEWS } from '../../crds/names.ts';
import type { CheckpointReview } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { LiveReviews } from './ports.ts';

const PAGE_SIZE = 500;

/** The reviews of a namespace, live. Later pages continue the first one's snapshot, so its time is the list's. */
export async function listReviews(client: Pick<KubeClient, 'list'>, namespace: string): Promise<LiveReviews> {
  const first = await client.list<CheckpointReview>(CHECKPOINT_REVIEWS, { namespace, limit: PAGE_SIZE });
  const reviews = [...first.items];
  for (let token = first.continue; token !== undefined; ) {
    const query = { namespace, limit: PAGE_SIZE, continue: token };
    const page = await client.list<CheckpointReview>(CHECKPOINT_REVIEWS, query);
    reviews.push(...page.items);
    token = page.continue;
  }
  return { reviews, listedAt: first.serverTime };
}
