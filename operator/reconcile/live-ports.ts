import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { EventWriter } from '../kube/events.ts';
import type { Logger } from '../log.ts';
import type { ChatProvider } from '../messages/provider.ts';
import { partsOf } from '../model/references.ts';
import { mayReview } from '../reviews/authorization.ts';
import { listReviews } from './live-reviews.ts';
import { namespaceFacts } from './namespace-facts.ts';
import type { Ports } from './ports.ts';
import { publish } from './publish.ts';
import type { ReviewIndex } from './review-index.ts';
import type { Freshness } from './rules/freshness.ts';
import type { RuleResults } from './rules/results.ts';
import { TimeSlices } from './rules/time-slices.ts';
import type { Watches } from './watches.ts';

/** What the ports lead to. */
interface World {
  readonly client: KubeClient;
  readonly providers: readonly ChatProvider[];
  readonly log: Logger;
  readonly events: EventWriter;
  readonly watches: Pick<Watches, 'checkpoints' | 'reviews'>;
  readonly reviews: ReviewIndex;
  readonly ruleResults: RuleResults;
  readonly freshness: Freshness;
}

/** The ports to the API server, the caches, the rules and the chat product of this process. */
export function portsTo(world: World): Ports {
  const { client, providers, log, watches, reviews, ruleResults, freshness } = world;
  const evaluations = new TimeSlices();
  return {
    getCached: (key) => watches.checkpoints.get(...partsOf(key)),
    read: (key) => {
      const [namespace, name] = partsOf(key);
      return client.get<Checkpoint>(CHECKPOINTS, { namespace, name });
    },
    knownReviews: async (checkpoint) => {
      const known = watches.reviews.isSynced ? reviews.of(checkpoint.metadata) : undefined;
      return known ?? (await listReviews(client, checkpoint)).reviews;
    },
    listReviews: (checkpoint) => listReviews(client, checkpoint),
    mayReview: ({ spec }, { metadata }) =>
      mayReview(client, spec.reviewer, spec.verdict, metadata.namespace ?? ''),
    namespace: async (name) => namespaceFacts(await freshness.namespace(name), providers),
    rules: (checkpoint, namespace) =>
      evaluations.run(() => ruleResults.facts(checkpoint, namespace, freshness)),
    proveRules: (key) => freshness.prove(key),
    patchStatus: (checkpoint, status) => client.patchStatus<Checkpoint>(CHECKPOINTS, checkpoint, status),
    onStatusWritten: (before, after) => publish(world, before, after),
    release: (checkpoint) => ruleResults.forget(checkpoint),
    providers,
    log,
    now: () => client.clock.now(),
  };
}
