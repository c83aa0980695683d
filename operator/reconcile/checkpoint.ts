import type { Checkpoint, CheckpointStatus } from '../../crds/types.ts';
import { isFinal } from '../messages/delivery.ts';
import { providerOf } from '../messages/provider.ts';
import { keyOf } from '../model/references.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { decidePass } from './decide-pass.ts';
import { AttemptMemory } from './deliveries/attempt-memory.ts';
import { deliverPass } from './deliveries/deliver-pass.ts';
import { DeliverySchedule } from './deliveries/schedule.ts';
import { type Deliveries, queuedMessageId, queuedMessageIdOf } from './deliveries/send.ts';
import { announceWithdrawal } from './deliveries/withdrawal.ts';
import { OwnWrites } from './own-writes.ts';
import type { CheckpointKey, Ports } from './ports.ts';

/** So many conflicts in a row are no race with a watch that is a moment behind: the object is read live. */
const CONFLICTS_BEFORE_LIVE = 3;

/** When a queue should run a key again without an event; empty: only on an event. */
interface RunResult {
  readonly afterMs?: number;
}

/**
 * The only writer of checkpoints' status. Level-triggered: a key is all a run is given, and everything else is read
 * afresh, so that a creation, a change, a timer and a restart are one path.
 *
 * Deciding and delivering are two runs with queues of their own: a chat product that hangs must never hold back a rule,
 * a review or a deadline. Both write the same status, and the API server lets only one of two writes at once pass.
 */
export class CheckpointReconciler {
  readonly #ports: Ports;
  readonly #ownWrites = new OwnWrites();
  readonly #attempts = new AttemptMemory();
  readonly #schedule: DeliverySchedule;
  readonly #deliverSoon: (key: CheckpointKey) => void;

  constructor(ports: Ports, deliverSoon: (key: CheckpointKey) => void, timers: Timers = systemTimers) {
    this.#deliverSoon = deliverSoon;
    this.#schedule = new DeliverySchedule({
      providerOf: (line) => providerOf(ports.providers, line),
      log: ports.log,
      timers,
      now: () => ports.now(),
    });
    this.#ports = { ...ports, patchStatus: (checkpoint, status) => this.#patch(ports, checkpoint, status) };
  }

  /** While another process decides and delivers: what is seen of it counts when this one takes over. */
  observe(checkpoint: Checkpoint): void {
    this.#attempts.observe(checkpoint, this.#ports.now());
  }

  /** For an object that is gone while another process decides and delivers. */
  forget(checkpoint: Checkpoint): void {
    this.#attempts.forget(checkpoint);
  }

  /** Before the first run. `othersHaveEnded`: whoever delivered before has nothing under way any more. */
  takeOver({ othersHaveEnded }: { readonly othersHaveEnded: boolean }): void {
    const { endsAt, claims } = this.#attempts.takeOver(othersHaveEnded, this.#ports.now());
    this.#schedule.gather(
      endsAt,
      claims.map(({ uid, channel }) => ({ id: queuedMessageIdOf(uid, channel), channel })),
    );
  }

  /** `conflicts`: how many runs in a row have ended with one. */
  async decide(key: CheckpointKey, conflicts = 0): Promise<RunResult> {
    const checkpoint = await this.#current(key, conflicts);
    if (checkpoint === undefined) return {};
    return this.#whileCached(key, checkpoint, async () => {
      const result = await decidePass(this.#ports, checkpoint);
      if (hasUnfinishedMessages(result.checkpoint)) this.#deliverSoon(key);
      return this.#after(result.lookAgainAt);
    });
  }

  /** `conflicts`: how many runs in a row have ended with one. */
  async deliver(key: CheckpointKey, conflicts = 0): Promise<RunResult> {
    const checkpoint = await this.#current(key, conflicts);
    if (checkpoint === undefined) {
      this.#leaveLines(this.#ports.getCached(key));
      return {};
    }
    return this.#whileCached(key, checkpoint, async () => {
      const { lookAgainAt } = await deliverPass(this.#deliveries(), checkpoint);
      return this.#after(lookAgainAt);
    });
  }

  /**
   * For an object that the watch shows: what was written of it is not needed beside it. Its next run may be far off, as
   * after a start with thousands of others.
   */
  seen(cached: Checkpoint): void {
    this.#ownWrites.dropOlderThan(cached);
  }

  /** For an object that the watch reports as gone: settled, or withdrawn. */
  async gone(cached: Checkpoint): Promise<void> {
    const last = this.#ownWrites.take(cached.metadata.uid ?? '') ?? cached;
    this.#forget(last);
    await announceWithdrawal(this.#ports, this.#schedule, last);
  }

  #deliveries(): Deliveries {
    return {
      ports: this.#ports,
      attempts: this.#attempts,
      schedule: this.#schedule,
      deliverSoon: (checkpoint) => this.#deliverSoon(keyOf(checkpoint)),
    };
  }

  /** A checkpoint that is over must give up its place in line; nothing else does it. */
  #leaveLines(checkpoint: Checkpoint | undefined): void {
    if (checkpoint === undefined) return;
    for (const channel of checkpoint.status?.notifications ?? []) {
      this.#schedule.leave(queuedMessageId(checkpoint, channel));
    }
  }

  /** If the object left the watch during the run, what the run noted of it is dropped: no event will come for it. */
  async #whileCached<T>(key: CheckpointKey, checkpoint: Checkpoint, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } finally {
      if (this.#ports.getCached(key)?.metadata.uid !== checkpoint.metadata.uid) this.#forget(checkpoint);
    }
  }

  #forget(checkpoint: Checkpoint): void {
    this.#ownWrites.take(checkpoint.metadata.uid ?? '');
    this.#attempts.forget(checkpoint);
    this.#leaveLines(checkpoint);
    this.#ports.release(checkpoint);
  }

  /** Undefined where there is nothing to do: no such object, or it is over. */
  async #current(key: CheckpointKey, conflicts: number): Promise<Checkpoint | undefined> {
    const cached = this.#ports.getCached(key);
    if (cached === undefined) return undefined;
    this.#ownWrites.dropOlderThan(cached);
    const known = this.#ownWrites.newest(cached);
    const latest = conflicts < CONFLICTS_BEFORE_LIVE ? known : await this.#live(key, known);
    const over = latest?.metadata.deletionTimestamp !== undefined || latest?.status?.settled === true;
    return over ? undefined : latest;
  }

  /** The same object as the API server has it; what bears its name by now is the watch's to tell of. */
  async #live(key: CheckpointKey, known: Checkpoint): Promise<Checkpoint | undefined> {
    const live = await this.#ports.read(key);
    if (live === undefined || live.metadata.uid !== known.metadata.uid) return undefined;
    this.#ownWrites.note(known, live);
    return live;
  }

  async #patch(ports: Ports, before: Checkpoint, status: CheckpointStatus): Promise<Checkpoint> {
    // From before the write: another process sees the intent as soon as it is stored.
    const begunAt = ports.now();
    const after = await ports.patchStatus(before, status);
    this.#ownWrites.note(before, after);
    const cached = ports.getCached(keyOf(before));
    // The watch may have been quicker than the answer.
    if (cached !== undefined) this.#ownWrites.dropOlderThan(cached);
    this.#attempts.noteIntents(before, after, begunAt);
    return after;
  }

  #after(lookAgainAt: Date | undefined): RunResult {
    if (lookAgainAt === undefined) return {};
    return { afterMs: Math.max(0, lookAgainAt.getTime() - this.#ports.now().getTime()) };
  }
}

function hasUnfinishedMessages(checkpoint: Checkpoint): boolean {
  return (checkpoint.status?.notifications ?? []).some((notification) => !isFinal(notification));
}
