import type { Checkpoint } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import type { EventWriter } from '../kube/events.ts';
import type { Change } from '../kube/object-cache.ts';
import type { WorkQueue } from '../kube/queue.ts';
import type { WatchMonitor } from '../kube/watch-monitor.ts';
import type { Logger } from '../log.ts';
import { type AnyRule, keyFor, keyOf } from '../model/references.ts';
import type { RuleRegistry } from '../rules/registry.ts';
import type { CheckpointReconciler } from './checkpoint.ts';
import type { DecisionRequests } from './decision-requests.ts';
import { pending } from './metrics.ts';
import type { CheckpointKey } from './ports.ts';
import type { KnownReview, ReviewIndex } from './review-index.ts';
import type { Freshness } from './rules/freshness.ts';
import type { RuleStatusWriter } from './rules/status.ts';
import type { Watches } from './watches.ts';

/** What the controller routes between. `wiring.ts` makes them. */
export interface ControllerParts {
  readonly watches: Watches;
  readonly monitor: WatchMonitor;
  readonly registry: RuleRegistry;
  readonly freshness: Freshness;
  readonly reviews: ReviewIndex;
  readonly reconciler: CheckpointReconciler;
  readonly requests: DecisionRequests;
  readonly decisions: WorkQueue<CheckpointKey>;
  readonly deliveries: WorkQueue<CheckpointKey>;
  readonly ruleStatus: RuleStatusWriter;
  readonly events: EventWriter;
  readonly log: Logger;
  /** Sweeps until the signal aborts. */
  sweep(signal: AbortSignal): Promise<void>;
}

/** Routes what changes in the API server to the queues, caches and writers that it concerns. */
export class Controller {
  readonly #parts: ControllerParts;
  readonly #stopping = new AbortController();
  /** False where it only follows the API server, as while another process leads: then it writes nothing. */
  #decides = false;
  #sweeping: Promise<void> | undefined;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
  }

  /** Follows the API server until the signal aborts; alone, it decides nothing and writes nothing. Never rejects. */
  async follow(signal: AbortSignal): Promise<void> {
    const { watches, monitor } = this.#parts;
    const handlers = {
      checkpoint: (change: Change<Checkpoint>) => this.#checkpointChanged(change),
      review: (change: Change<KnownReview>) => this.#reviewChanged(change),
      rule: (change: Change<AnyRule>) => this.#ruleChanged(change),
    };
    await Promise.all([watches.run(handlers, signal), monitor.run(signal)]);
  }

  /**
   * Begins to decide, deliver, report on rules and sweep: what comes from now on, and all that is pending.
   * `othersHaveEnded`: whoever did so before has nothing under way any more.
   */
  startDeciding({ othersHaveEnded }: { readonly othersHaveEnded: boolean }): void {
    const { decisions, deliveries, reconciler, ruleStatus, requests, sweep } = this.#parts;
    this.#decides = true;
    reconciler.takeOver({ othersHaveEnded });
    decisions.start((key, conflicts) => reconciler.decide(key, conflicts));
    deliveries.start((key, conflicts) => reconciler.deliver(key, conflicts));
    ruleStatus.start();
    requests.begin();
    this.#sweeping = sweep(this.#stopping.signal);
  }

  /** Begins nothing more, and resolves when what is under way has ended and is told of. */
  async stopDeciding(): Promise<void> {
    const { decisions, deliveries, ruleStatus, events } = this.#parts;
    this.#decides = false;
    this.#stopping.abort();
    await Promise.all([decisions.stop(), deliveries.stop(), ruleStatus.stop(), this.#sweeping]);
    await events.written();
  }

  /** What this controller is still waiting for before it can decide by rules; empty when it is ready. */
  notReady(): string[] {
    return this.#parts.watches.unlisted();
  }

  /** What it does not see of the API server now, though it did before; empty when it sees everything. */
  blindness(): Promise<string[]> {
    return this.#parts.monitor.blindness();
  }

  #ruleChanged({ type, object: rule }: Change<AnyRule>): void {
    const { registry, freshness, ruleStatus, requests } = this.#parts;
    const compilation = type === 'Deleted' ? undefined : registry.set(rule);
    if (compilation === undefined) registry.remove(rule);
    freshness.ruleChanged(rule);
    if (compilation === undefined) ruleStatus.remove(rule);
    else ruleStatus.put(rule, compilation);
    requests.addConcerned(rule);
  }

  #checkpointChanged({ type, object }: Change<Checkpoint>): void {
    const { watches } = this.#parts;
    pending.set(watches.checkpoints.size);
    if (type === 'Deleted') this.#reduceReviewsOf(object);
    if (!this.#decides) this.#standBy(type, object);
    else if (type === 'Deleted') this.#gone(object);
    else this.#shown(object);
  }

  /** Nothing more is decided by them. */
  #reduceReviewsOf({ metadata }: Checkpoint): void {
    const { reviews, watches } = this.#parts;
    for (const review of reviews.known(metadata)) reviews.put(watches.reviews.reduce(review));
  }

  #shown(object: Checkpoint): void {
    const { reconciler, requests } = this.#parts;
    reconciler.seen(object);
    requests.add(keyOf(object));
  }

  #standBy(type: Change<Checkpoint>['type'], object: Checkpoint): void {
    const { reconciler } = this.#parts;
    if (type === 'Deleted') reconciler.forget(object);
    else reconciler.observe(object);
  }

  #gone(object: Checkpoint): void {
    this.#parts.reconciler.gone(object).catch((error: unknown) => {
      this.#parts.log.warn(
        { checkpoint: keyOf(object), error: toError(error).message },
        'could not announce a withdrawal',
      );
    });
  }

  #reviewChanged({ type, object }: Change<KnownReview>): void {
    const { reviews, watches, requests } = this.#parts;
    if (type === 'Deleted') reviews.remove(object);
    else reviews.put(object);
    const { namespace = '' } = object.metadata;
    const { name } = object.spec.checkpoint;
    // Nothing is decided by a review of what is settled; where the checkpoint is not known yet, its own event decides.
    if (watches.checkpoints.get(namespace, name)) requests.add(keyFor(namespace, name));
  }
}
