import {
  CHECKPOINT_REVIEWS,
  CHECKPOINT_RULES,
  CHECKPOINTS,
  CLUSTER_CHECKPOINT_RULES,
  NAMESPACES,
  type ResourceType,
} from '../../crds/names.ts';
import type { Checkpoint, CheckpointRule, ClusterCheckpointRule } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Cacheable, Change } from '../kube/object-cache.ts';
import { Reflector } from '../kube/reflector.ts';
import type { ReflectorOptions } from '../kube/reflector-options.ts';
import type { Watched } from '../kube/sight.ts';
import type { Logger } from '../log.ts';
import { type KnownReview, stubOf } from './review-index.ts';

/** Who is told of the changes of each kind. */
interface Handlers {
  checkpoint(change: Change<Checkpoint>): void;
  review(change: Change<KnownReview>): void;
  rule(change: Change<CheckpointRule | ClusterCheckpointRule>): void;
}

/** Follows the kinds that decisions rest on. */
export class Watches {
  /** What is not settled; an old decision costs nothing here. */
  readonly checkpoints: Reflector<Checkpoint>;
  /** Whole only where the checkpoint is known here: those of old decisions are stubs. */
  readonly reviews: Reflector<KnownReview>;
  readonly rules: Reflector<CheckpointRule>;
  readonly clusterRules: Reflector<ClusterCheckpointRule>;
  /** What rules select by, and where questions go. */
  readonly namespaces: Reflector<Cacheable>;
  /** Set while it runs; before that nothing changes. */
  #handlers: Handlers | undefined;

  /** `annotations`: those of namespaces that are looked at. */
  constructor(client: KubeClient, log: Logger, annotations: readonly string[]) {
    const follow = <T extends Cacheable>(
      type: ResourceType,
      onChange: (change: Change<T>) => void,
      options: Pick<ReflectorOptions<T>, 'query' | 'kept' | 'reduce'> = {},
    ): Reflector<T> => new Reflector<T>({ client, log, type, onChange, ...options });
    this.checkpoints = follow(CHECKPOINTS, (change) => this.#handlers?.checkpoint(change), {
      query: { fieldSelector: 'status.settled!=true' },
    });
    this.reviews = follow(CHECKPOINT_REVIEWS, (change) => this.#handlers?.review(change), {
      reduce: (review) => (this.#isAwaited(review) ? review : stubOf(review)),
    });
    this.rules = follow(CHECKPOINT_RULES, (change) => this.#handlers?.rule(change));
    this.clusterRules = follow(CLUSTER_CHECKPOINT_RULES, (change) => this.#handlers?.rule(change));
    this.namespaces = follow(NAMESPACES, () => undefined, {
      kept: { labels: true, annotations },
    });
  }

  /** All of them, by what they are called in sentences. */
  get #named() {
    const { checkpoints, reviews, rules, clusterRules, namespaces } = this;
    return { checkpoints, reviews, rules, clusterRules, namespaces };
  }

  all(): Watched[] {
    return Object.values(this.#named);
  }

  /** Follows until the signal aborts, and tells `handlers` of each change. Never rejects. */
  async run(handlers: Handlers, signal: AbortSignal): Promise<void> {
    this.#handlers = handlers;
    const { checkpoints, reviews, rules, clusterRules, namespaces } = this;
    const running = Promise.all(
      [checkpoints, rules, clusterRules, namespaces].map((watch) => watch.run(signal)),
    );
    // Only then it is known which reviews are read, and the others need not be held whole even for a moment.
    await Promise.race([checkpoints.synced, running]);
    await Promise.all([running, reviews.run(signal)]);
  }

  #isAwaited({ metadata, spec: { checkpoint } }: KnownReview): boolean {
    return this.checkpoints.get(metadata.namespace, checkpoint.name)?.metadata.uid === checkpoint.uid;
  }

  /** What is not listed yet, and what the last attempt failed of, a sentence each. */
  unlisted(): string[] {
    return Object.entries(this.#named)
      .filter(([, { isSynced }]) => !isSynced)
      .map(([name, { state }]) => `${name} are not listed yet${state.failure ? `: ${state.failure}` : ''}`);
  }
}
