import {
  CHECKPOINT_REVIEWS,
  CHECKPOINT_RULES,
  CHECKPOINTS,
  CLUSTER_CHECKPOINT_RULES,
  NAMESPACES,
  type ResourceType,
} from '../../crds/names.ts';
import type {
  Checkpoint,
  CheckpointReview,
  CheckpointRule,
  ClusterCheckpointRule,
} from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Cacheable, Change } from '../kube/object-cache.ts';
import { Reflector, type ReflectorOptions } from '../kube/reflector.ts';
import type { Watched } from '../kube/sight.ts';
import type { Logger } from '../log.ts';

/** Who is told of the changes of each kind. */
interface Handlers {
  checkpoint(change: Change<Checkpoint>): void;
  review(change: Change<CheckpointReview>): void;
  rule(change: Change<CheckpointRule | ClusterCheckpointRule>): void;
}

/** Follows the kinds that decisions rest on. */
export class Watches {
  /** What is not settled; an old decision costs nothing here. */
  readonly checkpoints: Reflector<Checkpoint>;
  readonly reviews: Reflector<CheckpointReview>;
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
      options: Pick<ReflectorOptions<T>, 'query' | 'kept'> = {},
    ): Reflector<T> => new Reflector<T>({ client, log, type, onChange, ...options });
    this.checkpoints = follow(CHECKPOINTS, (change) => this.#handlers?.checkpoint(change), {
      query: { fieldSelector: 'status.settled!=true' },
    });
    this.reviews = follow(CHECKPOINT_REVIEWS, (change) => this.#handlers?.review(change));
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
    await Promise.all(Object.values(this.#named).map((watch) => watch.run(signal)));
  }

  /** What is not listed yet, and what the last attempt failed of, a sentence each. */
  unlisted(): string[] {
    return Object.entries(this.#named)
      .filter(([, { isSynced }]) => !isSynced)
      .map(([name, { state }]) => `${name} are not listed yet${state.failure ? `: ${state.failure}` : ''}`);
  }
}
