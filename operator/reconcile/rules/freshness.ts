import type { RuleFreshness } from '../../decision/facts.ts';
import { toError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Cacheable } from '../../kube/object-cache.ts';
import type { Logger } from '../../log.ts';
import { partsOf } from '../../model/references.ts';
import { systemTimers, type Timers } from '../../timers.ts';
import type { CheckpointKey } from '../ports.ts';
import { FailingStreak } from './failing-streak.ts';
import { NamespaceReads } from './namespace-reads.ts';
import { type Proved, RuleProof } from './proof.ts';

interface Source extends Proved {
  readonly isSynced: boolean;
}

interface FreshnessOptions {
  readonly client: Pick<KubeClient, 'get' | 'listMetadata' | 'clock'>;
  readonly rules: Source;
  readonly clusterRules: Source;
  readonly namespaces: Source;
  /** Runs a key again, as what it waited for is proved. */
  wake(key: CheckpointKey): void;
  /** Told when the API server did not answer. */
  failed(): void;
  readonly log: Logger;
  readonly timers?: Timers;
}

/**
 * Whether an approval may rest on the rules in force and on what is known of a namespace. It is proved when it is needed,
 * and for all that need it at once, because no watch can say that it has missed nothing: bookmarks come once a minute,
 * and a slow connection brings all of it late.
 */
export class Freshness {
  readonly #options: FreshnessOptions;
  readonly #timers: Timers;
  readonly #proof: RuleProof;
  readonly #namespaces: NamespaceReads;
  readonly #namespaceStreak: FailingStreak;
  readonly #waiting = new Set<CheckpointKey>();
  readonly #startedAt: number;

  constructor(options: FreshnessOptions) {
    const { client, rules, clusterRules, namespaces, log, timers = systemTimers } = options;
    this.#options = options;
    this.#timers = timers;
    this.#startedAt = timers.now();
    this.#proof = new RuleProof({
      client,
      caches: [rules, clusterRules],
      timers,
      log,
      proved: () => this.#wakeAll(),
      failed: () => options.failed(),
    });
    const cached = (name: string) => namespaces.get(undefined, name);
    this.#namespaces = new NamespaceReads({ client, cached, timers });
    this.#namespaceStreak = new FailingStreak(timers);
  }

  /** To be told of each change of a rule. */
  ruleChanged(rule: Cacheable): void {
    this.#proof.changed(rule);
  }

  /** Of the rules and of the namespace of that name. */
  of(namespace: string): RuleFreshness {
    const { rules, clusterRules, namespaces } = this.#options;
    const listed = [rules, clusterRules, namespaces].every(({ isSynced }) => isSynced);
    if (!listed) return { state: 'Unlisted', since: this.#dateOf(this.#startedAt) };
    if (this.#proof.isProved && this.#namespaces.isProved(namespace)) return { state: 'Fresh' };
    const streaks = [this.#proof.failingSince, this.#namespaceStreak.since];
    const since = streaks.filter((each) => each !== undefined).sort((a, b) => a - b)[0];
    return { state: 'Unproved', ...(since === undefined ? {} : { failingSince: this.#dateOf(since) }) };
  }

  /** Asks whether the rules and the checkpoint's namespace are as they are known. Its key is run again once that is so. */
  prove(key: CheckpointKey): void {
    this.#waiting.add(key);
    void this.#readNamespaceOf(key);
    this.#proof.ask();
    if (this.#proof.isProved) this.#wakeAll();
  }

  /** As it is known now, without asking; undefined where it is not. */
  known(namespace: string): Cacheable | undefined {
    return this.#namespaces.current(namespace);
  }

  /** A namespace that the watch does not know yet is read live, so that its rules are not missed. @throws ApiError */
  async namespace(name: string): Promise<Cacheable | undefined> {
    return this.#namespaces.current(name) ?? (await this.#namespaces.read(name));
  }

  #wakeAll(): void {
    const keys = [...this.#waiting];
    this.#waiting.clear();
    for (const key of keys)
      void this.#readNamespaceOf(key).then((known) => {
        if (known) this.#options.wake(key);
      });
  }

  /** Whether it could be read. */
  async #readNamespaceOf(key: CheckpointKey): Promise<boolean> {
    const askedAt = this.#timers.now();
    try {
      await this.#namespaces.read(partsOf(key)[0]);
      this.#namespaceStreak.ended();
      return true;
    } catch (error) {
      this.#options.log.warn({ key, error: toError(error).message }, 'a namespace could not be read');
      // While the API server does not answer at all, nobody is asked for what a rule decides.
      if (this.#proof.isProved) this.#namespaceStreak.failed(askedAt);
      else this.#namespaceStreak.ended();
      return false;
    }
  }

  #dateOf(at: number): Date {
    return new Date(this.#options.client.clock.now().getTime() - (this.#timers.now() - at));
  }
}
