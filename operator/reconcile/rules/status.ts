import { isDeepStrictEqual } from 'node:util';
import { CHECKPOINT_RULES, CLUSTER_CHECKPOINT_RULES } from '../../../crds/names.ts';
import type { RuleStatus } from '../../../crds/types.ts';
import { toError } from '../../errors.ts';
import { isConflict, isInvalid, isNotFound } from '../../kube/api-error.ts';
import type { KubeClient } from '../../kube/client.ts';
import { WorkQueue } from '../../kube/queue.ts';
import type { Logger } from '../../log.ts';
import { type AnyRule, keyOf, refOf } from '../../model/references.ts';
import type { Compilation } from '../../rules/compile.ts';
import { ruleStatus } from '../../rules/readiness.ts';
import type { Timers } from '../../timers.ts';

/** Many rules may come at once, at a start or from GitOps. */
const STATUS_WORKERS = 4;

interface Deps {
  readonly client: Pick<KubeClient, 'patchStatus'>;
  readonly log: Logger;
  now(): Date;
  readonly timers?: Timers;
}

/** The newest version of a rule, and what its status should say. */
interface Report {
  readonly rule: AnyRule;
  readonly status: RuleStatus;
}

/**
 * Says in each rule's `Ready` whether it is in force. A status that could not be written is tried again: no event would
 * come, as nothing has changed.
 */
export class RuleStatusWriter {
  readonly #deps: Deps;
  readonly #due = new Map<string, Report>();
  readonly #reports: WorkQueue<string>;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { log, timers } = deps;
    const options = { name: 'rules', workers: STATUS_WORKERS, log };
    this.#reports = new WorkQueue(timers ? { ...options, timers } : options);
  }

  start(): void {
    this.#reports.start((key) => this.#report(key));
  }

  /** Call it once the rule is in force: `Ready` must never be early. */
  put(rule: AnyRule, compilation: Compilation): void {
    const key = keyOf(rule);
    this.#due.delete(key);
    const status = ruleStatus(rule, compilation, this.#deps.now());
    if (isDeepStrictEqual(status, rule.status)) return;
    this.#due.set(key, { rule, status });
    this.#reports.add(key);
  }

  remove(rule: AnyRule): void {
    this.#due.delete(keyOf(rule));
  }

  /** Writes no status any more, and resolves when what is being written has ended. */
  stop(): Promise<void> {
    return this.#reports.stop();
  }

  async #report(key: string): Promise<object> {
    const report = this.#due.get(key);
    if (report === undefined) return {};
    const { rule, status } = report;
    const { kind } = refOf(rule);
    const type = kind === 'ClusterCheckpointRule' ? CLUSTER_CHECKPOINT_RULES : CHECKPOINT_RULES;
    try {
      await this.#deps.client.patchStatus(type, rule, status);
    } catch (error) {
      if (!this.#isFinal(error, rule)) throw error;
    }
    // A newer version may have come while this one was written: it is reported by itself.
    if (this.#due.get(key) === report) this.#due.delete(key);
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
