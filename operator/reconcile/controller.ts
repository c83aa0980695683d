import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { EventWriter } from '../kube/events.ts';
import type { Change } from '../kube/object-cache.ts';
import { WorkQueue } from '../kube/queue.ts';
import { WatchMonitor } from '../kube/watch-monitor.ts';
import type { Logger } from '../log.ts';
import type { MessageView, Notifier } from '../messages/message.ts';
import { viewOf } from '../messages/view.ts';
import { RuleRegistry } from '../rules/registry.ts';
import type { AnyRule } from '../rules/rule.ts';
import { CheckpointReconciler } from './checkpoint.ts';
import { portsTo } from './live-ports.ts';
import { pending } from './metrics.ts';
import { type CheckpointKey, keyOf, partsOf } from './ports.ts';
import { ReviewIndex } from './review-index.ts';
import { Freshness } from './rules/freshness.ts';
import { mayConcern, RuleResults } from './rules/results.ts';
import { RuleStatusWriter } from './rules/status.ts';
import { sweepRegularly } from './sweeper.ts';
import { createWatches, unlisted, type Watches } from './watches.ts';

/** Deliveries wait for the chat product and not for each other: one that hangs must not hold up other channels. */
const DELIVERY_WORKERS = 256;

interface ControllerOptions {
  readonly client: KubeClient;
  readonly notifier: Notifier;
  readonly log: Logger;
  /** Name of this process in Events. */
  readonly instance: string;
  readonly workers: number;
  readonly sweepSeconds: number;
  readonly slackChannel?: string;
  /** False where this process only answers clicks: then it follows the API server and writes nothing. */
  readonly decides: boolean;
}

/** Follows the API server, decides, delivers and sweeps. One of these runs in a cluster. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #events: EventWriter;
  readonly #registry = new RuleRegistry();
  readonly #ruleResults = new RuleResults(this.#registry);
  readonly #ruleStatus: RuleStatusWriter;
  readonly #reviews = new ReviewIndex();
  readonly #watches: Watches;
  readonly #monitor: WatchMonitor;
  readonly #freshness: Freshness;
  readonly #reconciler: CheckpointReconciler;
  readonly #decisions: WorkQueue<CheckpointKey>;
  readonly #deliveries: WorkQueue<CheckpointKey>;

  constructor(options: ControllerOptions) {
    const { client, log, workers } = options;
    this.#options = options;
    this.#events = new EventWriter(options);
    this.#ruleStatus = new RuleStatusWriter({ client, log, now: () => client.clock.now() });
    this.#watches = createWatches(client, log, {
      checkpoint: (change) => this.#checkpointChanged(change),
      review: (change) => this.#reviewChanged(change),
      rule: ({ type, object }) => this.#ruleChanged(type, object),
    });
    this.#monitor = new WatchMonitor({
      client,
      log,
      watches: Object.values({ ...this.#watches }),
      regained: () => this.#lookAtAll(),
    });
    this.#freshness = new Freshness({
      client,
      log,
      ...this.#watches,
      wake: (key) => this.#decisions.add(key),
      failed: () => this.#monitor.look(),
    });
    this.#reconciler = new CheckpointReconciler(
      portsTo({
        ...options,
        events: this.#events,
        watches: this.#watches,
        freshness: this.#freshness,
        reviews: this.#reviews,
        ruleResults: this.#ruleResults,
      }),
      (key) => this.#deliveries.add(key),
    );
    const decide = (key: CheckpointKey, conflicts: number) => this.#reconciler.decide(key, conflicts);
    const deliver = (key: CheckpointKey, conflicts: number) => this.#reconciler.deliver(key, conflicts);
    const lane = (key: CheckpointKey) => partsOf(key)[0];
    this.#decisions = new WorkQueue({ name: 'decisions', run: decide, lane, workers, log });
    this.#deliveries = new WorkQueue({
      name: 'deliveries',
      run: deliver,
      lane,
      workers: DELIVERY_WORKERS,
      log,
    });
  }

  /** Runs until the signal aborts and everything under way has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const following = Object.values(this.#watches).map((watch) => watch.run(signal));
    if (this.#options.decides) this.#startDeciding();
    const sweeping = this.#options.decides ? sweepRegularly(this.#options, signal) : undefined;
    await Promise.all([...following, sweeping, this.#monitor.run(signal)]);
    await Promise.all([this.#decisions.stop(), this.#deliveries.stop(), this.#ruleStatus.stop()]);
    await this.#events.written();
  }

  #startDeciding(): void {
    this.#decisions.start();
    this.#deliveries.start();
    this.#ruleStatus.start();
    void this.#decideOnceListed();
  }

  /** What this controller is still waiting for before it can decide by rules; empty when it is ready. */
  notReady(): string[] {
    return unlisted(this.#watches);
  }

  /** What it does not see of the API server now, though it did before; empty when it sees everything. */
  blindness(): Promise<string[]> {
    return this.#monitor.blindness();
  }

  checkpoint(namespace: string, name: string): Checkpoint | undefined {
    return this.#watches.checkpoints.get(namespace, name);
  }

  /** What a person is shown of a checkpoint now; reviews so far are left to the next update of the message. */
  view(checkpoint: Checkpoint, channel: string): MessageView {
    return viewOf(checkpoint, channel, []);
  }

  /** Until every rule is known nothing is approved by one; then what waits for that is looked at again. */
  async #decideOnceListed(): Promise<void> {
    const { rules, clusterRules, namespaces } = this.#watches;
    await Promise.all([rules.synced, clusterRules.synced, namespaces.synced]);
    this.#lookAtAll();
  }

  /** What waits for the API server, or for a second try, need not wait any more. */
  #lookAtAll(): void {
    for (const checkpoint of this.#watches.checkpoints.items()) this.#decide(keyOf(checkpoint));
  }

  #ruleChanged(type: Change<unknown>['type'], rule: AnyRule): void {
    if (type === 'Deleted') this.#registry.remove(rule);
    const compilation = type === 'Deleted' ? undefined : this.#registry.set(rule);
    this.#freshness.ruleChanged(rule);
    if (!this.#options.decides) return;
    if (compilation === undefined) this.#ruleStatus.remove(rule);
    else this.#ruleStatus.put(rule, compilation);
    this.#decideConcerned(rule);
  }

  /** Before all is listed everything is looked at anyway. */
  #decideConcerned(rule: AnyRule): void {
    const { checkpoints, namespaces, rules, clusterRules } = this.#watches;
    if (![checkpoints, rules, clusterRules].every(({ isSynced }) => isSynced)) return;
    const labelsOf = (name: string) => namespaces.get(undefined, name)?.metadata.labels ?? {};
    for (const checkpoint of checkpoints.items()) {
      if (mayConcern(rule, checkpoint, labelsOf)) this.#decisions.add(keyOf(checkpoint));
    }
  }

  #checkpointChanged({ type, object }: Change<Checkpoint>): void {
    pending.set(this.#watches.checkpoints.size);
    if (type !== 'Deleted') this.#decide(keyOf(object));
    else if (this.#options.decides) this.#gone(object);
  }

  #gone(object: Checkpoint): void {
    this.#reconciler.gone(object).catch((error: unknown) => {
      this.#options.log.warn(
        { checkpoint: keyOf(object), error: toError(error).message },
        'could not announce a withdrawal',
      );
    });
  }

  #reviewChanged({ type, object }: Change<CheckpointReview>): void {
    if (type === 'Deleted') this.#reviews.remove(object);
    else this.#reviews.put(object);
    const { namespace = '' } = object.metadata;
    const { name } = object.spec.checkpoint;
    // Nothing is decided by a review of what is settled; where the checkpoint is not known yet, its own event decides.
    if (this.checkpoint(namespace, name)) this.#decide(`${namespace}/${name}`);
  }

  #decide(key: CheckpointKey): void {
    if (this.#options.decides) this.#decisions.add(key);
  }
}
