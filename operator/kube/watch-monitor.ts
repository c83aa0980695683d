import { Gauge } from 'prom-client';
import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { registry } from '../metrics.ts';
import { pause, systemTimers, type Timers, watchdog } from '../timers.ts';
import { differencesOf } from './audit.ts';
import type { KubeClient } from './client.ts';
import { Sight, type Watched } from './sight.ts';

const TICK_MS = 1_000;
/** How often it is looked at a kind that gives no cause for doubt, where nobody asks: an outage that kills a watch lasts longer. */
const QUIET_MS = 10_000;
/** How often what the API server lists is compared with what there is, object by object. */
const AUDIT_MS = 60_000;
/** What differs for so long, while the watch is open, does not come by itself any more. */
const BEHIND_MS = 5_000;
const AUDIT_TIMEOUT_MS = 30_000;

const blind = new Gauge({
  name: 'approvalgate_blind',
  help: '1 while the operator does not see what it follows, and so decides nothing that rests on it.',
  labelNames: ['resource'],
  registers: [registry],
});

interface MonitorOptions {
  readonly client: Pick<KubeClient, 'listMetadata'>;
  readonly watches: readonly Watched[];
  readonly log: Logger;
  /** Told when a kind is seen again. */
  regained(): void;
  readonly timers?: Timers;
}

/** Says whether everything that is followed is seen, and begins the watches anew that are dead, behind or ahead. */
export class WatchMonitor {
  readonly #options: MonitorOptions;
  readonly #timers: Timers;
  readonly #sights: readonly Sight[];
  readonly #blind = new Set<Sight>();
  #blindSince: number | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #look: Promise<void> = Promise.resolve();
  #auditAt: number;

  constructor(options: MonitorOptions) {
    const { client, watches, timers = systemTimers } = options;
    this.#options = options;
    this.#timers = timers;
    this.#sights = watches.map((watch) => new Sight({ client, watch, timers }));
    this.#auditAt = timers.now() + AUDIT_MS;
    for (const { plural } of this.#sights) blind.set({ resource: plural }, 0);
  }

  /** Runs until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const auditing = this.#auditRegularly(signal);
    while (!signal.aborted) {
      const quiet = this.#timers.now() - this.#lookedAt < QUIET_MS;
      if (!quiet || this.#sights.some(({ isDoubtful }) => isDoubtful)) this.look();
      await pause(this.#timers, TICK_MS, signal);
    }
    await auditing;
  }

  /** Looks now, unless it did within the last second: a look that hangs does not hold back the next. */
  look(): void {
    const now = this.#timers.now();
    if (now - this.#lookedAt < TICK_MS) return;
    this.#lookedAt = now;
    this.#look = Promise.all(this.#sights.map((sight) => this.#lookAt(sight))).then(() => this.#tell());
  }

  /** Sentences on what is out of sight, as of now; empty when everything is seen. Takes three seconds at most. */
  async blindness(): Promise<string[]> {
    this.look();
    await this.#look;
    return this.#causes();
  }

  async #lookAt(sight: Sight): Promise<void> {
    await sight.look();
    const isBlind = sight.blindness !== undefined;
    blind.set({ resource: sight.plural }, isBlind ? 1 : 0);
    this.#tell();
    if (isBlind) this.#blind.add(sight);
    else if (this.#blind.delete(sight)) this.#seen();
  }

  #seen(): void {
    // Something may have been missed: compare soon, and not only at the next regular time.
    this.#auditAt = Math.min(this.#auditAt, this.#timers.now() + BEHIND_MS);
    this.#options.regained();
  }

  /** Kinds with the same cause share a sentence. */
  #causes(): string[] {
    const kinds = new Map<string, string[]>();
    for (const { blindness, plural } of this.#sights) {
      if (blindness !== undefined) kinds.set(blindness, [...(kinds.get(blindness) ?? []), plural]);
    }
    return [...kinds].map(([cause, plurals]) => `blind on ${plurals.join(', ')}: ${cause}`);
  }

  /** At error level both times: while it lasts nothing is decided. */
  #tell(): void {
    const causes = this.#causes();
    const { log } = this.#options;
    if (causes.length > 0 && this.#blindSince === undefined) {
      this.#blindSince = this.#timers.now();
      log.error({ causes }, 'the operator is blind');
    } else if (causes.length === 0 && this.#blindSince !== undefined) {
      const seconds = (this.#timers.now() - this.#blindSince) / 1000;
      this.#blindSince = undefined;
      log.error({ seconds }, 'the operator sees again');
    }
  }

  async #auditRegularly(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.#timers, TICK_MS, signal);
      if (signal.aborted || this.#timers.now() < this.#auditAt) continue;
      this.#auditAt = this.#timers.now() + AUDIT_MS;
      await Promise.all(this.#options.watches.map((watch) => this.#audit(watch, signal)));
    }
  }

  async #audit(watch: Watched, signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    try {
      const first = await this.#differences(watch, signal);
      if (first.size === 0) return;
      await pause(this.#timers, BEHIND_MS, signal);
      const lasting = [...(await this.#differences(watch, signal))].filter((each) => first.has(each));
      if (lasting.length === 0) return;
      log.warn({ resource: watch.type.plural, objects: lasting.length }, 'a watch has missed something');
      watch.beginAgain('differs');
    } catch (error) {
      log.debug({ resource: watch.type.plural, error: toError(error).message }, 'an audit failed');
    }
  }

  async #differences(watch: Watched, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const limit = watchdog(this.#timers, AUDIT_TIMEOUT_MS, signal);
    try {
      return await differencesOf(this.#options.client, watch, limit.signal);
    } finally {
      limit.end();
    }
  }
}
