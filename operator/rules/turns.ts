interface Lane<Evaluation> {
  readonly waiting: Evaluation[];
  /** Milliseconds of the worker's time, counted since somebody last had to wait for another. */
  used: number;
}

/**
 * Work that waits for the worker: rule changes first and in order, then evaluations. The namespace that has used the
 * least of the worker's time goes next, so a rule is in force soon, an evaluation never misses one that was there before
 * it, and whoever floods a namespace, or is slow in it, has no more than a share.
 */
export class Turns<Change, Evaluation> {
  readonly #changes: Change[] = [];
  readonly #lanes = new Map<string, Lane<Evaluation>>();

  addChange(change: Change): void {
    this.#changes.push(change);
  }

  addEvaluation(namespace: string, evaluation: Evaluation): void {
    this.#laneOf(namespace).waiting.push(evaluation);
  }

  /** Evaluations that go on, before what else waits in their namespace. */
  putBack(namespace: string, evaluations: readonly Evaluation[]): void {
    this.#laneOf(namespace).waiting.unshift(...evaluations);
  }

  takeChanges(most: number): Change[] {
    return this.#changes.splice(0, most);
  }

  /** The namespace whose turn it is, and of its evaluations as many of the first as `fitting` says, at least one. */
  takeEvaluations(
    fitting: (waiting: readonly Evaluation[]) => number,
  ): { readonly namespace: string; readonly taken: Evaluation[] } | undefined {
    const next = this.#leastUsed();
    if (next === undefined) {
      this.#lanes.clear();
      return undefined;
    }
    const [namespace, { waiting }] = next;
    return { namespace, taken: waiting.splice(0, Math.max(1, fitting(waiting))) };
  }

  /** Counts what a turn took. */
  used(namespace: string, ms: number): void {
    const lane = this.#lanes.get(namespace);
    if (lane) lane.used += ms;
  }

  /** Who has not waited for a while has neither a credit from then, nor is freed of what they used. */
  #laneOf(namespace: string): Lane<Evaluation> {
    const lane = this.#lanes.get(namespace) ?? { waiting: [], used: 0 };
    if (lane.waiting.length === 0) lane.used = Math.max(lane.used, this.#leastUsed()?.[1].used ?? 0);
    this.#lanes.set(namespace, lane);
    return lane;
  }

  #leastUsed(): [string, Lane<Evaluation>] | undefined {
    let least: [string, Lane<Evaluation>] | undefined;
    for (const [namespace, lane] of this.#lanes) {
      if (lane.waiting.length > 0 && lane.used < (least?.[1].used ?? Number.POSITIVE_INFINITY))
        least = [namespace, lane];
    }
    return least;
  }
}
