import { CHECKPOINTS } from '../../../crds/names.ts';
import { toError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import { type Compared, type Fingerprint, ListedObjects } from '../../kube/listed.ts';
import type { Cacheable } from '../../kube/object-cache.ts';
import type { RelistReason } from '../../kube/watch-backoff.ts';
import type { Logger } from '../../log.ts';
import { FRESH_MS } from '../../model/time.ts';
import { type Timers, watchdog } from '../../timers.ts';
import { proofs } from '../metrics.ts';
import { FailingStreak } from './failing-streak.ts';

/** A list that takes longer proves nothing; the next one is asked for long before. */
const LIST_MS = 5_000;
/** A watch that has not brought by then what the API server lists is begun anew, and again after twice the time. */
const BEHIND_MS = 2_000;

/** The generation changes with the spec alone: what the operator itself writes into a rule's status is no difference. */
const byGeneration: Fingerprint = ({ uid, generation }) => `${uid}/${generation}`;

/** What a proof needs of a watch. */
export interface Proved extends Compared {
  beginAgain(reason: RelistReason): void;
}

interface ProofOptions {
  readonly client: Pick<KubeClient, 'listMetadata'>;
  readonly caches: readonly Proved[];
  readonly timers: Timers;
  readonly log: Logger;
  /** Told when a proof has come. */
  proved(): void;
  /** Told when the API server gave no list, so that the watches are looked at too. */
  failed(): void;
}

/**
 * Whether the rules in force are those that the API server has: one consistent list of names, uids and generations of
 * each kind, at most one a second, whoever asks. A slow list does not hold back the next one.
 */
export class RuleProof {
  readonly #options: ProofOptions;
  readonly #streak: FailingStreak;
  #askedAt = Number.NEGATIVE_INFINITY;
  #provedAt = Number.NEGATIVE_INFINITY;
  /** What the newest lists say, where a watch was not there yet. */
  #pending: { readonly askedAt: number; readonly lists: readonly ListedObjects[] } | undefined;
  /** Since when a watch is not there yet, and how long that is borne: a beginning may take a slow server its time. */
  #behindSince: number | undefined;
  #patienceMs = BEHIND_MS;

  constructor(options: ProofOptions) {
    this.#options = options;
    this.#streak = new FailingStreak(options.timers);
  }

  /** Whether the rules in force were those of the API server at some time within the last second. */
  get isProved(): boolean {
    return this.#options.timers.now() - this.#provedAt < FRESH_MS;
  }

  /** Since when there is no proof although the API server answers, by the timers. */
  get failingSince(): number | undefined {
    return this.#streak.since;
  }

  /** Asks for a proof, where none is there and none was asked for within the last second. */
  ask(): void {
    const now = this.#options.timers.now();
    if (this.isProved || now - this.#askedAt < FRESH_MS) return;
    this.#askedAt = now;
    void this.#attempt(now);
  }

  /** To be told of each change of a rule. */
  changed(rule: Cacheable): void {
    if (this.#pending === undefined) return;
    for (const list of this.#pending.lists) list.changed(rule);
    this.#compare();
  }

  async #attempt(askedAt: number): Promise<void> {
    const { client, caches, timers, log } = this.#options;
    const { signal, end } = watchdog(timers, LIST_MS);
    try {
      const lists = await Promise.all(
        caches.map((cache) => ListedObjects.read(client, cache, byGeneration, signal)),
      );
      if (askedAt < (this.#pending?.askedAt ?? this.#provedAt)) return;
      this.#pending = { askedAt, lists };
      this.#compare();
      if (!this.isProved) this.#unproved(askedAt);
    } catch (error) {
      proofs.inc({ result: 'failed' });
      log.warn({ error: toError(error).message }, 'the rules could not be confirmed');
      this.#options.failed();
      const answers = await this.#answers();
      if (askedAt < this.#provedAt) return;
      if (answers) this.#streak.failed(askedAt);
      else this.#streak.ended();
    } finally {
      end();
    }
  }

  #compare(): void {
    const { askedAt, lists } = this.#pending ?? { askedAt: 0, lists: [] };
    if (!lists.every(({ isEqual }) => isEqual)) return;
    this.#pending = undefined;
    this.#behindSince = undefined;
    this.#patienceMs = BEHIND_MS;
    this.#provedAt = askedAt;
    proofs.inc({ result: 'equal' });
    if (!this.isProved) return;
    this.#streak.ended();
    this.#options.proved();
  }

  /** A list that took a second proves nothing any more; a watch that stays behind is dead. */
  #unproved(askedAt: number): void {
    this.#streak.failed(askedAt);
    const { lists = [] } = this.#pending ?? {};
    if (lists.length === 0) return;
    proofs.inc({ result: 'different' });
    const { timers, caches } = this.#options;
    this.#behindSince ??= timers.now();
    if (timers.now() - this.#behindSince < this.#patienceMs) return;
    this.#behindSince = undefined;
    this.#patienceMs *= 2;
    caches.forEach((cache, i) => {
      if (lists[i]?.isEqual === false) cache.beginAgain('differs');
    });
  }

  /** Whether the API server answers at all: while it does not, nobody is asked for what a rule decides. */
  async #answers(): Promise<boolean> {
    const { client, timers } = this.#options;
    const { signal, end } = watchdog(timers, LIST_MS);
    try {
      await client.listMetadata(CHECKPOINTS, { limit: 1 }, signal);
      return true;
    } catch {
      return false;
    } finally {
      end();
    }
  }
}
