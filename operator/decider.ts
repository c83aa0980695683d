import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { LeaderElector } from './leader/elector.ts';
import { alone, type Leadership } from './leader/leadership.ts';
import { leaseLock } from './leader/lease-lock.ts';
import type { ChatProvider } from './messages/provider.ts';
import type { Parts } from './parts.ts';
import type { Controller } from './reconcile/controller.ts';
import { fencedProvider } from './reconcile/fenced-provider.ts';
import { buildController, type CheckpointLister } from './reconcile/wiring.ts';
import { systemTimers } from './timers.ts';

/** The Lease by which a leader is elected, in the operator's own namespace. */
const LEASE = 'approvalgate';

/** The controller, and whether this process is the one of several in which it decides. */
export class Decider {
  readonly checkpoints: CheckpointLister;
  readonly #controller: Controller;
  readonly #leadership: Leadership;

  private constructor(parts: Parts, providers: readonly ChatProvider[]) {
    const { config, client, log } = parts;
    const { workers, sweepSeconds } = config;
    this.#leadership = leadershipOf(parts, (wasGivenUp) =>
      this.#controller.startDeciding({ othersHaveEnded: wasGivenUp }),
    );
    // Asked again before each write and each message, because a process may have been paused in between.
    const leads = (): boolean => this.#leadership.leads;
    const { controller, checkpoints } = buildController({
      client: client.fencedBy(leads),
      providers: providers.map((provider) => fencedProvider(provider, leads)),
      log,
      instance: hostname(),
      workers,
      sweepSeconds,
    });
    this.#controller = controller;
    this.checkpoints = checkpoints;
  }

  /** Undefined where this process never decides. */
  static of(parts: Parts, providers: readonly ChatProvider[]): Decider | undefined {
    return parts.config.roles.has('controller') ? new Decider(parts, providers) : undefined;
  }

  /** Follows the API server until the signal aborts, and decides as soon as it leads. */
  run(signal: AbortSignal): Promise<void> {
    this.#leadership.start();
    return this.#controller.follow(signal);
  }

  /** The lead is given up only when nothing is under way any more that is the leader's to do. */
  async stop(): Promise<void> {
    await this.#controller.stopDeciding();
    await this.#leadership.stop();
  }

  /** Sentences on what it cannot do, whether it leads or stands by. */
  async notReady(): Promise<string[]> {
    const problem = this.#leadership.problem();
    const blindness = await this.#controller.blindness();
    return [...this.#controller.notReady(), ...blindness, ...(problem ? [problem] : [])];
  }

  /** Why the process must be ended from outside; undefined while it need not be. */
  dead(): string | undefined {
    return this.#leadership.overdue();
  }
}

function leadershipOf({ config, client, log }: Parts, elected: (wasGivenUp: boolean) => void): Leadership {
  if (!config.leaderElect) return alone(elected);
  return new LeaderElector({
    lock: leaseLock(client, { namespace: config.namespace, name: LEASE }, systemTimers),
    name: LEASE,
    identity: `${hostname()}_${randomUUID()}`,
    timers: systemTimers,
    now: () => client.clock.now(),
    random: Math.random,
    log,
    elected,
    lost: (reason) => {
      log.fatal({ reason }, 'this process has lost the lead and ends: what it did is for another to do');
      process.exit(1);
    },
  });
}
