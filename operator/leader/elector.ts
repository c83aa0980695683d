import { toError } from '../errors.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../kube/api-error.ts';
import type { Logger } from '../log.ts';
import { pause, spread, type Timers } from '../timers.ts';
import { Lead } from './lead.ts';
import type { LeaseLock } from './lease-lock.ts';
import {
  expiresAt,
  held,
  holderOf,
  isGivenUp,
  type Lease,
  type ObservedLease,
  observe,
  released,
  TIMES,
} from './record.ts';

interface ElectorOptions {
  readonly lock: LeaseLock;
  /** Of the election, in logs and metrics. */
  readonly name: string;
  /** Of this process, and of no other before or after it. */
  readonly identity: string;
  readonly timers: Timers;
  /** The time that is written into the Lease for people to read; nothing is decided by it. */
  now(): Date;
  /** From 0 to 1: the candidates do not all look at the same moment. */
  random(): number;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Called once, when this process begins to lead. `wasGivenUp`: its predecessor had ended all its work. */
  elected(wasGivenUp: boolean): void;
  /** Called once, when the lead is gone and was not given up. The process must end at once: its work is another's. */
  lost(reason: string): void;
}

/**
 * One candidate for the lead, which is held by renewing a Lease.
 *
 * Guarantee: of candidates whose clocks run at much the same rate, at most one finds `leads` true at any instant,
 * whatever their clocks show, however late answers come and however long a process is paused. The lead counts from when
 * its last renewal was sent, and is over for its holder `renewDeadlineMs` later; another takes it no sooner than
 * `leaseMs` after it saw that renewal.
 * Caveat: what was sent while this process led may arrive later. Writes are safe by their resource version.
 */
export class LeaderElector {
  readonly #options: ElectorOptions;
  readonly #lead: Lead;
  readonly #stopping = new AbortController();
  #seen: ObservedLease | undefined;
  #failing: { readonly since: number; readonly message: string } | undefined;
  #standing: Promise<void> | undefined;

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.#lead = new Lead(options);
  }

  /** Whether this process leads now: to be asked immediately before whatever only the leader may do. */
  get leads(): boolean {
    return this.#lead.isHeld;
  }

  /** Stands for the lead until it is stopped or loses it. */
  start(): void {
    this.#standing = this.#stand();
  }

  /**
   * Gives the lead up, so that another process takes it at its next look. Call it when everything that only the leader
   * may do has ended. Never throws.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#lead.giveUp();
    await this.#standing;
    const { lock, log, now, name, identity } = this.#options;
    const lease = this.#seen?.lease;
    if (this.#lead.isLost || lease === undefined || holderOf(lease) !== identity) return;
    try {
      await lock.update(lease, released(lease, now()));
      log.info({ lease: name }, 'the lead is given up');
    } catch (error) {
      const { message } = toError(error);
      log.warn({ lease: name, error: message }, 'the lead could not be given up: it ends when it expires');
    }
  }

  /** Why this process can neither lead nor know who does; undefined while all is well. */
  problem(): string | undefined {
    if (this.#failing === undefined) return undefined;
    const { since, message } = this.#failing;
    const { timers, name } = this.#options;
    if (timers.now() - since < TIMES.leaseMs) return undefined;
    return `the Lease ${name}, by which a leader is elected, cannot be used: ${message}`;
  }

  /** Why this process should be ended from outside: its lead is gone and it is still there. */
  overdue(): string | undefined {
    return this.#lead.overdue();
  }

  async #stand(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && !this.#lead.isLost) {
      await this.#attempt();
      await pause(this.#options.timers, this.#waitMs(), signal);
    }
  }

  /** Who stands by looks again the moment that the Lease may be taken. */
  #waitMs(): number {
    const { timers, random } = this.#options;
    if (this.#lead.isTaken) return TIMES.retryMs;
    const waitMs = spread(TIMES.retryMs, random());
    if (this.#seen === undefined || this.#failing !== undefined) return waitMs;
    return Math.max(0, Math.min(waitMs, expiresAt(this.#seen) - timers.now()));
  }

  async #attempt(): Promise<void> {
    const { timers, log, name } = this.#options;
    try {
      await this.#takeOrRenew();
      this.#failing = undefined;
    } catch (error) {
      // Another candidate was faster: the next look shows which.
      if (isConflict(error) || isAlreadyExists(error)) return;
      const { message } = toError(error);
      this.#failing = { since: this.#failing?.since ?? timers.now(), message };
      log.warn({ lease: name, error: message }, 'an attempt to take or to renew the lead failed');
    }
  }

  /** The leader writes at once: nobody else may have. Where somebody has it reads first, as who stands by does. */
  async #takeOrRenew(): Promise<void> {
    if (await this.#renewedAtOnce()) return;
    const lease = await this.#options.lock.read();
    if (lease === undefined) {
      await this.#hold(undefined);
      return;
    }
    this.#look(lease);
    if (this.#mayTake()) await this.#hold(lease);
  }

  async #renewedAtOnce(): Promise<boolean> {
    if (!this.#lead.isTaken || this.#seen === undefined) return false;
    try {
      await this.#hold(this.#seen.lease);
      return true;
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error)) throw error;
      this.#lead.metrics.slowPath.inc();
      return false;
    }
  }

  #look(lease: Lease): void {
    const { identity, timers, log, name } = this.#options;
    const before = this.#seen && holderOf(this.#seen.lease);
    const holder = holderOf(lease);
    this.#seen = observe(this.#seen, lease, timers.now());
    if (holder === identity || holder === undefined) return;
    if (holder !== before) log.info({ lease: name, holder }, 'another process leads');
    if (this.#lead.isTaken) this.#lead.lose(`${holder} has taken the lead`);
  }

  #mayTake(): boolean {
    const { identity, timers } = this.#options;
    if (this.#lead.isLost || this.#seen === undefined) return false;
    return holderOf(this.#seen.lease) === identity || expiresAt(this.#seen) <= timers.now();
  }

  /** Writes the Lease with this process as its holder. The lead counts from before the write was sent. */
  async #hold(lease: Lease | undefined): Promise<void> {
    const { lock, identity, timers, now, log, name, elected } = this.#options;
    const spec = held(lease, identity, now());
    const sentAt = timers.now();
    const written = await (lease === undefined ? lock.create(spec) : lock.update(lease, spec));
    this.#seen = observe(undefined, written, timers.now());
    if (this.#stopping.signal.aborted || !this.#lead.holdFrom(sentAt)) return;
    log.info({ lease: name, identity }, 'this process leads');
    elected(lease !== undefined && isGivenUp(lease));
  }
}
