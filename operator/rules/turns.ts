/**
 * Work that waits for the worker: rule changes first and in order, then evaluations, one namespace after another. So a
 * rule is in force soon and an evaluation never misses one that was there before it, and whoever floods a namespace
 * waits in it alone.
 */
export class Turns<Change, Evaluation> {
  readonly #changes: Change[] = [];
  /** The namespace whose turn is next comes first. */
  readonly #evaluations = new Map<string, Evaluation[]>();

  addChange(change: Change): void {
    this.#changes.push(change);
  }

  addEvaluation(namespace: string, evaluation: Evaluation): void {
    const waiting = this.#evaluations.get(namespace);
    if (waiting) waiting.push(evaluation);
    else this.#evaluations.set(namespace, [evaluation]);
  }

  /** Evaluations that were taken and are to be taken again, before what else waits in their namespace. */
  putBack(namespace: string, evaluations: readonly Evaluation[]): void {
    const waiting = this.#evaluations.get(namespace) ?? [];
    this.#evaluations.set(namespace, [...evaluations, ...waiting]);
  }

  takeChanges(most: number): Change[] {
    return this.#changes.splice(0, most);
  }

  /** Of the namespace whose turn it is: as many of the first as `fitting` says, at least one if there is any. */
  takeEvaluations(fitting: (waiting: readonly Evaluation[]) => number): Evaluation[] {
    const [first] = this.#evaluations;
    if (first === undefined) return [];
    const [namespace, waiting] = first;
    const taken = waiting.splice(0, Math.max(1, fitting(waiting)));
    this.#evaluations.delete(namespace);
    if (waiting.length > 0) this.#evaluations.set(namespace, waiting);
    return taken;
  }
}
