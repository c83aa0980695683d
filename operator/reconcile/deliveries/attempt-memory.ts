import type { Checkpoint, Notification } from '../../../crds/types.ts';
import { POST_TIMEOUT_MS, POST_WITHIN_MS, TAKEOVER_MS } from '../../messages/timing.ts';
import { type ChannelRef, channelKey, notificationFor } from '../../model/channel-ref.ts';
import { backoffMs } from '../../timers.ts';

const BACKOFF_MS = { first: 1_000, last: 300_000 };

interface State {
  /** As the object said when this was noted: another number says that another process tried. */
  readonly attempts: number;
  readonly failures: number;
  readonly dueAt: Date;
  /** Until when an attempt may have posted unseen; absent: surely none did. */
  readonly doubtUntil?: Date;
  /** Until when the write of the intent may still be acted on. */
  readonly intentUntil?: Date;
}

/** Which message another process has claimed: that of a checkpoint in a channel, which is named by its key. */
interface Claim {
  readonly uid: string;
  readonly channel: string;
}

/**
 * What this process remembers of its attempts to deliver. Nothing here is truth: an attempt that this process did not
 * begin, or began before a restart, is somebody else's, must have ended before the next, and may have posted.
 */
export class AttemptMemory {
  readonly #checkpoints = new Map<string, Map<string, State>>();
  #takeoverMs = TAKEOVER_MS;

  /** While another process delivers: notes since when each of its claims is seen, and forgets what it has brought. */
  observe(checkpoint: Checkpoint, now: Date): void {
    for (const notification of checkpoint.status?.notifications ?? []) {
      if (notification.state === 'Pending') this.noteSeen(checkpoint, notification, now);
      else this.succeeded(checkpoint, notification);
    }
    if (this.#of(checkpoint).size === 0) this.forget(checkpoint);
  }

  /**
   * This process takes over. What others had claimed ends at one instant, the last that is known of any of them, so that
   * the nearest deadline can go first; at once, where they have nothing under way any more.
   */
  takeOver(othersHaveEnded: boolean, now: Date): { readonly endsAt: Date; readonly claims: Claim[] } {
    const states = [...this.#checkpoints.values()].flatMap((channels) => [...channels.values()]);
    const last = states.reduce((latest, { dueAt }) => Math.max(latest, dueAt.getTime()), now.getTime());
    if (othersHaveEnded) this.#takeoverMs = 0;
    const endsAt = othersHaveEnded ? now : new Date(last);
    const claims: Claim[] = [];
    for (const [uid, channels] of this.#checkpoints) {
      for (const [channel, state] of channels) {
        channels.set(channel, { ...state, dueAt: endsAt, doubtUntil: endsAt });
        claims.push({ uid, channel });
      }
    }
    return { endsAt, claims };
  }

  /** Notes the intents that a write of this process added. */
  noteIntents(before: Checkpoint, after: Checkpoint, now: Date): void {
    for (const notification of after.status?.notifications ?? []) {
      if (notification.state !== 'Pending' || notificationFor(before, notification)) continue;
      const { attempts } = notification;
      this.#set(after, notification, {
        attempts,
        failures: 0,
        dueAt: now,
        intentUntil: plus(now, POST_WITHIN_MS),
      });
    }
  }

  /** Whether this process may still act on the intent that it wrote; asking uses it up. */
  takeIntent(checkpoint: Checkpoint, notification: Notification, now: Date): boolean {
    const known = this.#get(checkpoint, notification);
    if (known?.intentUntil === undefined) return false;
    const { intentUntil, ...rest } = known;
    this.#set(checkpoint, notification, rest);
    const { state, attempts } = notification;
    return state === 'Pending' && attempts === known.attempts && now < intentUntil;
  }

  /**
   * Notes an attempt that is not known, as another process's that is first seen now, and gives what is known of it: when
   * the next is due, and until when it may have posted unseen; without the latter no message can be there.
   */
  noteSeen(
    checkpoint: Checkpoint,
    notification: Notification,
    now: Date,
  ): Readonly<Pick<State, 'dueAt' | 'doubtUntil'>> {
    const known = this.#get(checkpoint, notification);
    if (known?.attempts === notification.attempts) return known;
    const seen = firstSeen(notification, known?.failures, { now, takeoverMs: this.#takeoverMs });
    this.#set(checkpoint, notification, seen);
    return seen;
  }

  /** A claim of this process was written. `notification` is as it stands then. */
  noteClaim(checkpoint: Checkpoint, notification: Notification, now: Date): void {
    const failures = this.#get(checkpoint, notification)?.failures ?? 0;
    this.#set(checkpoint, notification, { attempts: notification.attempts, failures, dueAt: now });
  }

  /** A post begins: until its answer is recorded it may be there. */
  begun(checkpoint: Checkpoint, notification: Notification, now: Date): void {
    const { attempts } = notification;
    const failures = this.#get(checkpoint, notification)?.failures ?? 0;
    const doubtUntil = plus(now, POST_TIMEOUT_MS);
    this.#set(checkpoint, notification, { attempts, failures, dueAt: doubtUntil, doubtUntil });
  }

  /** A post was answered. Refused for good: it is not there. */
  answered(checkpoint: Checkpoint, channel: ChannelRef, now: Date, isThere: 'No' | 'Perhaps'): void {
    const known = this.#get(checkpoint, channel);
    if (known === undefined) return;
    const { doubtUntil: _, ...rest } = known;
    const doubt = isThere === 'No' ? {} : { doubtUntil: now };
    this.#set(checkpoint, channel, { ...rest, dueAt: now, ...doubt });
  }

  succeeded(checkpoint: Checkpoint, channel: ChannelRef): void {
    this.#of(checkpoint).delete(channelKey(channel));
  }

  /** When the next attempt is due: doubling from a second to five minutes, never before the product allows. */
  failed(checkpoint: Checkpoint, notification: Notification, now: Date, retryAfterSeconds = 0): Date {
    const { attempts } = notification;
    const known = this.#get(checkpoint, notification);
    const failures = (known?.failures ?? 0) + 1;
    const dueAt = plus(now, Math.max(backoffMs(BACKOFF_MS, failures), retryAfterSeconds * 1000));
    this.#set(checkpoint, notification, { ...known, attempts, failures, dueAt });
    return dueAt;
  }

  forget({ metadata }: Checkpoint): void {
    this.#checkpoints.delete(metadata.uid ?? '');
  }

  #get(checkpoint: Checkpoint, channel: ChannelRef): State | undefined {
    return this.#of(checkpoint).get(channelKey(channel));
  }

  #set(checkpoint: Checkpoint, channel: ChannelRef, state: State): void {
    this.#of(checkpoint).set(channelKey(channel), state);
  }

  #of({ metadata }: Checkpoint): Map<string, State> {
    const uid = metadata.uid ?? '';
    const channels = this.#checkpoints.get(uid) ?? new Map<string, State>();
    this.#checkpoints.set(uid, channels);
    return channels;
  }
}

/** What is known of an attempt of another process, or of before a restart. `failures`: those before it. */
function firstSeen(
  { state, attempts }: Notification,
  failures: number | undefined,
  { now, takeoverMs }: { readonly now: Date; readonly takeoverMs: number },
): State {
  if (state === 'Pending') {
    const endsAt = plus(now, takeoverMs);
    return { attempts, failures: failures ?? 0, dueAt: endsAt, doubtUntil: endsAt };
  }
  const all = failures === undefined ? 0 : failures + 1;
  const dueAt = all === 0 ? now : plus(now, backoffMs(BACKOFF_MS, all));
  return { attempts, failures: all, dueAt, doubtUntil: now };
}

function plus(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}
