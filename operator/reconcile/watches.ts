import {
  CHECKPOINT_REVIEWS,
  CHECKPOINT_RULES,
  CHECKPOINTS,
  CLUSTER_CHECKPOINT_RULES,
  NAMESPACES,
  type ResourceType,
  SLACK_CHANNEL_ANNOTATION,
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
import type { Logger } from '../log.ts';

/** Who is told of the changes of each kind. */
interface Handlers {
  checkpoint(change: Change<Checkpoint>): void;
  review(change: Change<CheckpointReview>): void;
  rule(change: Change<CheckpointRule | ClusterCheckpointRule>): void;
}

export interface Watches {
  /** What is not settled; an old decision costs nothing here. */
  readonly checkpoints: Reflector<Checkpoint>;
  readonly reviews: Reflector<CheckpointReview>;
  readonly rules: Reflector<CheckpointRule>;
  readonly clusterRules: Reflector<ClusterCheckpointRule>;
  readonly namespaces: Reflector<Cacheable>;
}

export function createWatches(client: KubeClient, log: Logger, handlers: Handlers): Watches {
  const follow = <T extends Cacheable>(
    type: ResourceType,
    onChange: (change: Change<T>) => void,
    options: Pick<ReflectorOptions<T>, 'query' | 'kept'> = {},
  ): Reflector<T> => new Reflector<T>({ client, log, type, onChange, ...options });
  const ignored = (): void => undefined;
  return {
    checkpoints: follow(CHECKPOINTS, handlers.checkpoint, {
      query: { fieldSelector: 'status.settled!=true' },
    }),
    reviews: follow(CHECKPOINT_REVIEWS, handlers.review),
    rules: follow<CheckpointRule>(CHECKPOINT_RULES, handlers.rule),
    clusterRules: follow<ClusterCheckpointRule>(CLUSTER_CHECKPOINT_RULES, handlers.rule),
    // What rules select by, and where questions go.
    namespaces: follow(NAMESPACES, ignored, {
      kept: { labels: true, annotations: [SLACK_CHANNEL_ANNOTATION] },
    }),
  };
}

/** What is not listed yet, and what the last attempt failed of, a sentence each. */
export function unlisted(watches: Watches): string[] {
  return Object.entries(watches)
    .filter(([, { isSynced }]) => !isSynced)
    .map(([name, { state }]) => `${name} are not listed yet${state.failure ? `: ${state.failure}` : ''}`);
}
