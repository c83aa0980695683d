import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import type { ReviewFact } from '../decision/facts.ts';
import { isReviewOf } from '../decision/reviews.ts';
import type { Ports } from './ports.ts';

/** Questions at once, and how long they are asked in one pass: enough for 5,000 people at 90 ms a question. */
const LIMITS = { atOnce: 16, ms: 30_000 };

/**
 * The rights of those who reviewed, for one pass: asked anew in each, only for reviews that could count, and once for
 * each person, groups and verdict. Denials come first, as one is enough, then the oldest.
 *
 * A review in time counts (P3), and a deadline fires (P4). Both hold while the API server says within 30 s what
 * thousands of people may. Where it answers too slowly for that, the pass goes on without the rest: they are open,
 * neither yes nor no. An open denial keeps back every approval; a time-out that is due is written, because what nobody
 * has confirmed is no right, and a time-out approves nothing. An API server that does not answer at all ends the pass,
 * as it could not take the decision either.
 */
export class PassRights {
  readonly #ports: Pick<Ports, 'mayReview' | 'log'>;
  readonly #checkpoint: Checkpoint;
  readonly #atOnce: number;
  readonly #until: number;
  readonly #answers = new Map<string, boolean>();

  constructor(ports: Pick<Ports, 'mayReview' | 'log'>, checkpoint: Checkpoint, { atOnce, ms } = LIMITS) {
    this.#ports = ports;
    this.#checkpoint = checkpoint;
    this.#atOnce = atOnce;
    this.#until = performance.now() + ms;
  }

  /** @throws ApiError when the API server does not answer: that is not a no, and never a yes. */
  async of(reviews: readonly CheckpointReview[]): Promise<ReviewFact[]> {
    const relevant = reviews
      .filter((review) => isReviewOf(review, this.#checkpoint))
      .sort(mostDecisiveFirst)
      .map((review) => ({ review, key: questionKey(review) }));
    await this.#ask(new Map(relevant.map(({ key, review }) => [key, review])));
    return relevant.map(({ review, key }) => ({ review, allowed: this.#answers.get(key) }));
  }

  async #ask(wanted: ReadonlyMap<string, CheckpointReview>): Promise<void> {
    const questions = [...wanted].filter(([key]) => !this.#answers.has(key));
    const open = questions.values();
    let failed = false;
    const oneByOne = async (): Promise<void> => {
      for (const [key, review] of open) {
        if (failed || performance.now() > this.#until) return;
        try {
          this.#answers.set(key, await this.#ports.mayReview(review, this.#checkpoint));
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#atOnce, questions.length) }, oneByOne));
    const unanswered = questions.filter(([key]) => !this.#answers.has(key)).length;
    if (unanswered === 0) return;
    const { name, namespace } = this.#checkpoint.metadata;
    this.#ports.log.warn({ namespace, name, unanswered }, 'not all rights to review are known in time');
  }
}

/** What the API server is asked about a review: the same for all that one person gives. */
function questionKey({ spec: { reviewer, verdict } }: CheckpointReview): string {
  return JSON.stringify([reviewer?.username, reviewer?.uid, reviewer?.groups, verdict]);
}

function mostDecisiveFirst(a: CheckpointReview, b: CheckpointReview): number {
  if (a.spec.verdict !== b.spec.verdict) return a.spec.verdict === 'Deny' ? -1 : 1;
  return (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1;
}
