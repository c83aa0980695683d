import { CHECKPOINT_REVIEWS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import { pagesOf } from '../kube/paged-list.ts';
import type { LiveReviews } from './ports.ts';

/** What answers one object, live. All pages are of one snapshot, so the time of the first is the list's. */
export async function listReviews(
  client: Pick<KubeClient, 'list'>,
  { metadata }: Checkpoint,
  pageSize?: number,
): Promise<LiveReviews> {
  const { namespace = '', uid = '' } = metadata;
  const query = { namespace, fieldSelector: `spec.checkpoint.uid=${uid}` };
  const paging = pageSize === undefined ? {} : { pageSize };
  const reviews: CheckpointReview[] = [];
  let listedAt: Date | undefined;
  for await (const page of pagesOf<CheckpointReview>(client, CHECKPOINT_REVIEWS, query, paging)) {
    reviews.push(...page.items);
    listedAt ??= page.serverTime;
  }
  return { reviews, listedAt: listedAt ?? new Date(0) };
}
