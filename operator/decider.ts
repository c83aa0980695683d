import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { KubeClient } from './kube/client.ts';
import { loadKubeClient } from './kube/config.ts';
import { LeaderElector } from './leader/elector.ts';
import { alone, type Leadership } from './leader/leadership.ts';
import { leaseLock } from './leader/lease-lock.ts';
import { ELECTION_LEASE } from './leader/record.ts';
import type { ChatProvider } from './messages/provider.ts';
import type { Parts } from './parts.ts';
import type { Controller } from './reconcile/controller.ts';
import { fencedProvider } from './reconcile/fenced-provider.ts';
import { buildController, type CheckpointLister } from './reconcile/wiring.ts';
import { systemTimers } from './timers.ts';

/** The controller, and whether this process is the one of several in which it decides. */
export class Decider {
  readonly checkpoints: CheckpointLister;
  readonly #controller: Controller;
  readonly #leadership: Leadership;
  /**
   * Connections of the election's own: where the writes of hundreds of decisions and messages wait for an answer, they
   * hold every connection, and the lead would be lost for want of one.
   */
  readonly #election: KubeClient | undefined;

  private constructor(parts: Parts, providers: readonly ChatProvider[], election: KubeClient | undefined) {
    const { config, client, log } = parts;
    const { workers, sweepSeconds } = config;
    this.#election = election;
    this.#leadership = leadershipOf(parts, election, (wasGivenUp) =>
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

  /** Undefined where this process never decides. @throws UsageError when the cluster cannot be followed any more */
  static async of(parts: Parts, providers: readonly ChatProvider[]): Promise<Decider | undefined> {
    const { config, log } = parts;
    if (!config.roles.has('controller')) return undefined;
    return new Decider(parts, providers, config.leaderElect ? await loadKubeClient(config, log) : undefined);
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
    await this.#election?.close();
  }

  /** Sentences on what it still waits for after its start, whether it leads or stands by. */
  notReady(): string[] {
    return this.#controller.notReady();
  }

  /** Sentences on what it cannot do now because the API server is out of its sight. */
  async outOfSight(): Promise<string[]> {
    const problem = this.#leadership.problem();
    return [...(await this.#controller.blindness()), ...(problem ? [problem] : [])];
  }

  /** Why the process must be ended from outside; undefined while it need not be. */
  dead(): string | undefined {
    return this.#leadership.overdue();
  }
}

/** Alone where there is no client for an election. */
function leadershipOf(
  { config, log }: Parts,
  client: KubeClient | undefined,
  elected: (wasGivenUp: boolean) => void,
): Leadership {
  if (client === undefined) return alone(elected);
  return new LeaderElector({
    lock: leaseLock(client, { namespace: config.namespace, name: ELECTION_LEASE }, systemTimers),
    name: ELECTION_LEASE,
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
