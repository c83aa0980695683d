import { isDeepStrictEqual } from 'node:util';
import { CHECKPOINT_RULES, CLUSTER_CHECKPOINT_RULES } from '../../crds/names.ts';
import type { RuleStatus } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import { isConflict, isInvalid, isNotFound } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { WorkQueue } from '../kube/queue.ts';
import type { Logger } from '../log.ts';
import type { RuleEvaluator } from '../rules/evaluator.ts';
import { ruleStatus } from '../rules/readiness.ts';
import { type AnyRule, refOf, ruleKey } from '../rules/rule.ts';
import type { Timers } from '../timers.ts';

/** Many rules may come at once, at a start or from GitOps. */
const STATUS_WORKERS = 4;

interface Deps {
  readonly client: Pick<KubeClient, 'patchStatus'>;
  readonly evaluator: Pick<RuleEvaluator, 'setRule' | 'removeRule'>;
  readonly log: Logger;
  now(): Date;
  readonly timers?: Timers;
}

/** The newest version of a rule, and what its status should say once that is known. */
interface Known {
  readonly rule: AnyRule;
  readonly status?: RuleStatus;
}

/**
 * Hands rules to the evaluator in the order of their events, and says in each rule's `Ready` whether it is in force.
 * The evaluator answers only once its worker holds the rule, so `Ready` is never early. A status that could not be
 * written is tried again: no event would come, as nothing has changed.
 */
export class RuleSet {
  readonly #deps: Deps;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #known = new Map<string, Known>();
  readonly #reports: WorkQueue<string>;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { log, timers } = deps;
    const run = (key: string) => this.#report(key);
    const options = { name: 'rules', run, workers: STATUS_WORKERS, log };
    this.#reports = new WorkQueue(timers ? { ...options, timers } : options);
    this.#reports.start();
  }

  put(rule: AnyRule): void {
    this.#known.set(ruleKey(rule), { rule });
    this.#follow(this.#compile(rule), rule);
  }

  remove(rule: AnyRule): void {
    this.#known.delete(ruleKey(rule));
    this.#follow(this.#deps.evaluator.removeRule(rule), rule);
  }

  /** Resolves when every rule that was put so far is compiled. */
  async compiled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  /** Writes no status any more, and resolves when what is being written has ended. */
  stop(): Promise<void> {
    return this.#reports.stop();
  }

  #follow(work: Promise<void>, rule: AnyRule): void {
    const followed = work.catch((error: unknown) => {
      this.#deps.log.warn(
        { rule: rule.metadata.name, error: toError(error).message },
        'a rule could not be compiled',
      );
    });
    this.#inFlight.add(followed);
    void followed.finally(() => this.#inFlight.delete(followed));
  }

  async #compile(rule: AnyRule): Promise<void> {
    const outcome = await this.#deps.evaluator.setRule(rule);
    const key = ruleKey(rule);
    // Replaced or removed meanwhile: what came after it says the rest.
    if (this.#known.get(key)?.rule !== rule) return;
    const status = ruleStatus(rule, outcome, this.#deps.now());
    if (isDeepStrictEqual(status, rule.status)) return;
    this.#known.set(key, { rule, status });
    this.#reports.add(key);
  }

  async #report(key: string): Promise<object> {
    const { rule, status } = this.#known.get(key) ?? {};
    if (rule === undefined || status === undefined) return {};
    const { kind } = refOf(rule);
    const type = kind === 'ClusterCheckpointRule' ? CLUSTER_CHECKPOINT_RULES : CHECKPOINT_RULES;
    try {
      await this.#deps.client.patchStatus(type, rule, status);
    } catch (error) {
      if (!this.#isFinal(error, rule)) throw error;
    }
    // A newer version has come while this one was written: it is reported by itself.
    if (this.#known.get(key)?.rule === rule) this.#known.set(key, { rule });
    return {};
  }

  /** After a conflict or a deletion an event is on its way; what is invalid stays so. */
  #isFinal(error: unknown, { metadata }: AnyRule): boolean {
    if (isConflict(error) || isNotFound(error)) return true;
    if (!isInvalid(error)) return false;
    this.#deps.log.error(
      { rule: metadata.name, error: toError(error).message },
      'the API server refuses the status of a rule',
    );
    return true;
  }
}
