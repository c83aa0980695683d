import { isDeepStrictEqual } from 'node:util';
import { CHECKPOINT_RULES, CLUSTER_CHECKPOINT_RULES } from '../../crds/names.ts';
import type { RuleFreshness } from '../decision/facts.ts';
import { toError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../log.ts';
import type { RuleEvaluator } from '../rules/evaluator.ts';
import { ruleStatus } from '../rules/readiness.ts';
import { type AnyRule, refOf } from '../rules/rule.ts';

/** A watch that has said nothing for this long may have missed a rule. Bookmarks come about once a minute. */
const SILENCE_MS = 90_000;

/** A watch that rules or their matching depend on. */
interface Source {
  readonly isSynced: boolean;
  silentForMs(): number;
}

interface Deps {
  readonly client: Pick<KubeClient, 'patchStatus'>;
  readonly evaluator: Pick<RuleEvaluator, 'setRule' | 'removeRule'>;
  readonly log: Logger;
  now(): Date;
}

/**
 * Hands rules to the evaluator in the order of their events, and says in each rule's `Ready` whether it is in force.
 * The evaluator answers only once its worker holds the rule, so `Ready` is never early.
 */
export class RuleSet {
  readonly #deps: Deps;
  readonly #inFlight = new Set<Promise<void>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  put(rule: AnyRule): void {
    this.#follow(this.#compileAndReport(rule), rule);
  }

  remove(rule: AnyRule): void {
    this.#follow(this.#deps.evaluator.removeRule(rule), rule);
  }

  /** Resolves when every rule that was put so far is compiled and its status written or given up. */
  async compiled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  #follow(work: Promise<void>, rule: AnyRule): void {
    const followed = work.catch((error: unknown) => {
      this.#deps.log.warn(
        { rule: rule.metadata.name, error: toError(error).message },
        'could not write the status of a rule; its next event or list tries again',
      );
    });
    this.#inFlight.add(followed);
    void followed.finally(() => this.#inFlight.delete(followed));
  }

  async #compileAndReport(rule: AnyRule): Promise<void> {
    const outcome = await this.#deps.evaluator.setRule(rule);
    const status = ruleStatus(rule, outcome, this.#deps.now());
    if (isDeepStrictEqual(status, rule.status)) return;
    const { kind } = refOf(rule);
    const type = kind === 'ClusterCheckpointRule' ? CLUSTER_CHECKPOINT_RULES : CHECKPOINT_RULES;
    await this.#deps.client.patchStatus(type, rule, status);
  }
}

/** Whether what the sources have told may still be relied on for an approval. */
/** `startedAt`: since when they are listed and compiled. */
export function freshnessOf(
  sources: readonly Source[],
  compiled: boolean,
  at: { now: Date; startedAt: Date },
): RuleFreshness {
  if (!compiled || sources.some(({ isSynced }) => !isSynced))
    return { state: 'Unlisted', since: at.startedAt };
  const silentMs = Math.max(...sources.map((source) => source.silentForMs()));
  if (silentMs < SILENCE_MS) return { state: 'Fresh' };
  return { state: 'Silent', since: new Date(at.now.getTime() - (silentMs - SILENCE_MS)) };
}
