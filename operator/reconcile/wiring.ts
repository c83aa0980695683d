import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import { EventWriter } from '../kube/events.ts';
import { WorkQueue } from '../kube/queue.ts';
import { WatchMonitor } from '../kube/watch-monitor.ts';
import type { Logger } from '../log.ts';
import { annotationsOf, channelsOf } from '../messages/channels.ts';
import type { ChatProvider } from '../messages/provider.ts';
import { partsOf, refOf } from '../model/references.ts';
import { RuleRegistry } from '../rules/registry.ts';
import { CheckpointReconciler } from './checkpoint.ts';
import { Controller } from './controller.ts';
import { DecisionRequests } from './decision-requests.ts';
import { portsTo } from './live-ports.ts';
import { costLimits } from './metrics.ts';
import type { CheckpointKey } from './ports.ts';
import { ReviewIndex } from './review-index.ts';
import { Freshness } from './rules/freshness.ts';
import { RuleResults } from './rules/results.ts';
import { RuleStatusWriter } from './rules/status.ts';
import { sweepRegularly } from './sweeper.ts';
import { Watches } from './watches.ts';

/** Deliveries wait for the chat product and not for each other: one that hangs must not hold up other channels. */
const DELIVERY_WORKERS = 256;

interface ControllerOptions {
  readonly client: KubeClient;
  /** A list, and no registry: whoever starts the operator says which chat products there are. */
  readonly providers: readonly ChatProvider[];
  readonly log: Logger;
  /** Name of this process in Events. */
  readonly instance: string;
  readonly workers: number;
  readonly sweepSeconds: number;
}

/** Finds checkpoints that are not settled, in the cache. */
export interface CheckpointLister {
  get(namespace: string, name: string): Checkpoint | undefined;
}

/** The controller, and the lister of what it follows. */
export interface Built {
  readonly controller: Controller;
  readonly checkpoints: CheckpointLister;
}

/** Each part is given what it needs when it is made: nothing runs, and nobody is told of anything, before `run`. */
export function buildController(options: ControllerOptions): Built {
  const { client, providers, log, workers } = options;
  const lane = (key: CheckpointKey): string => partsOf(key)[0];
  const decisions = new WorkQueue({ name: 'decisions', lane, workers, log });
  const deliveries = new WorkQueue({ name: 'deliveries', lane, workers: DELIVERY_WORKERS, log });
  const events = new EventWriter(options);
  const watches = new Watches(client, log, annotationsOf(providers));
  const requests = new DecisionRequests(decisions, watches);
  const monitor = new WatchMonitor({
    client,
    log,
    watches: watches.all(),
    regained: () => requests.addAll(),
  });
  const { rules, clusterRules, namespaces } = watches;
  const freshness = new Freshness({
    client,
    log,
    rules,
    clusterRules,
    namespaces,
    wake: (key) => requests.add(key),
    failed: () => monitor.look(),
  });
  const registry = new RuleRegistry((rule) => costLimits.inc({ kind: refOf(rule).kind }));
  const reviews = new ReviewIndex();
  const ruleResults = new RuleResults(registry, (notify) => channelsOf(providers, notify));
  const ports = portsTo({ ...options, events, watches, freshness, reviews, ruleResults });
  const controller = new Controller({
    watches,
    monitor,
    registry,
    freshness,
    reviews,
    reconciler: new CheckpointReconciler(ports, (key) => deliveries.add(key)),
    requests,
    decisions,
    deliveries,
    ruleStatus: new RuleStatusWriter({ client, log, now: () => client.clock.now() }),
    events,
    log,
    sweep: (signal) => sweepRegularly(options, signal),
  });
  return { controller, checkpoints: watches.checkpoints };
}
