import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import type { ReviewFact } from '../decision/facts.ts';
import { answers } from '../decision/reviews.ts';
import type { Ports } from './ports.ts';

/** Rights are asked anew in every pass, and only for reviews that could count. */
export async function withRights(
  ports: Pick<Ports, 'mayReview'>,
  checkpoint: Checkpoint,
  reviews: readonly CheckpointReview[],
): Promise<ReviewFact[]> {
  const relevant = reviews.filter((review) => answers(review, checkpoint));
  return Promise.all(
    relevant.map(async (review) => ({ review, allowed: await ports.mayReview(review, checkpoint) })),
  );
}
