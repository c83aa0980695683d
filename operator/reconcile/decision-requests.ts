import type { WorkQueue } from '../kube/queue.ts';
import { type AnyRule, keyOf } from '../model/references.ts';
import { deadlineOf } from '../model/time.ts';
import type { CheckpointKey } from './ports.ts';
import { mayConcern } from './rules/results.ts';
import type { Watches } from './watches.ts';

/** Asks for a run of the decisions that a change concerns; of none before `begin`, which asks for all. */
export class DecisionRequests {
  readonly #queue: Pick<WorkQueue<CheckpointKey>, 'add'>;
  readonly #watches: Watches;
  #hasBegun = false;

  constructor(queue: Pick<WorkQueue<CheckpointKey>, 'add'>, watches: Watches) {
    this.#queue = queue;
    this.#watches = watches;
  }

  /** Until every rule is known nothing is approved by one; then what waits for that is looked at again. */
  begin(): void {
    this.#hasBegun = true;
    this.addAll();
    const { rules, clusterRules, namespaces } = this.#watches;
    void Promise.all([rules.synced, clusterRules.synced, namespaces.synced]).then(() => this.addAll());
  }

  add(key: CheckpointKey): void {
    if (this.#hasBegun) this.#queue.add(key);
  }

  /**
   * What waits for the API server, or for a second try, need not wait any more. The nearest deadline first: so they come
   * to their channels too.
   */
  addAll(): void {
    const all = [...this.#watches.checkpoints.items()].map((checkpoint) => ({
      key: keyOf(checkpoint),
      deadline: deadlineOf(checkpoint).getTime(),
    }));
    for (const { key } of all.sort((a, b) => a.deadline - b.deadline)) this.add(key);
  }

  /** Nothing before everything is listed: then all are added anyway. */
  addConcerned(rule: AnyRule): void {
    const { checkpoints, namespaces, rules, clusterRules } = this.#watches;
    if (![checkpoints, rules, clusterRules].every(({ isSynced }) => isSynced)) return;
    const labelsOf = (name: string) => namespaces.get(undefined, name)?.metadata.labels ?? {};
    for (const checkpoint of checkpoints.items()) {
      if (mayConcern(rule, checkpoint, labelsOf)) this.add(keyOf(checkpoint));
    }
  }
}
