import type { Checkpoint, Notification } from '../../../crds/types.ts';
import { CALL_TIMEOUT_MS, POST_WITHIN_MS, TAKEOVER_MS } from '../../messages/timing.ts';
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

/**
 * What this process remembers of its attempts to deliver. Nothing here is truth: an attempt that this process did not
 * begin, or began before a restart, is somebody else's, must have ended before the next, and may have posted.
 */
export class Attempts {
  readonly #checkpoints = new Map<string, Map<string, State>>();

  /** Notes the intents that a write of this process added. */
  noteIntents(before: Checkpoint, after: Checkpoint, now: Date): void {
    const known = new Set(before.status?.notifications?.map(({ channel }) => channel));
    for (const { channel, state, attempts } of after.status?.notifications ?? []) {
      if (state !== 'Pending' || known.has(channel)) continue;
      const intentUntil = plus(now, POST_WITHIN_MS);
      this.#of(after).set(channel, { attempts, failures: 0, dueAt: now, intentUntil });
    }
  }

  /** Whether this process may still act on the intent that it wrote; asking uses it up. */
  takeIntent(checkpoint: Checkpoint, { channel, state, attempts }: Notification, now: Date): boolean {
    const known = this.#of(checkpoint).get(channel);
    if (known?.intentUntil === undefined) return false;
    const { intentUntil, ...rest } = known;
    this.#of(checkpoint).set(channel, rest);
    return state === 'Pending' && attempts === known.attempts && now < intentUntil;
  }

  dueAt(checkpoint: Checkpoint, notification: Notification, now: Date): Date {
    return this.#state(checkpoint, notification, now).dueAt;
  }

  /** Until when an earlier attempt may have posted unseen; undefined: no message can be there. */
  doubtUntil(checkpoint: Checkpoint, notification: Notification, now: Date): Date | undefined {
    return this.#state(checkpoint, notification, now).doubtUntil;
  }

  /** A claim of this process was written. `notification` is as it stands then. */
  claimed(checkpoint: Checkpoint, { channel, attempts }: Notification, now: Date): void {
    const failures = this.#of(checkpoint).get(channel)?.failures ?? 0;
    this.#of(checkpoint).set(channel, { attempts, failures, dueAt: now });
  }

  /** A post begins: until its answer is recorded it may be there. */
  begun(checkpoint: Checkpoint, { channel, attempts }: Notification, now: Date): void {
    const failures = this.#of(checkpoint).get(channel)?.failures ?? 0;
    const doubtUntil = plus(now, CALL_TIMEOUT_MS);
    this.#of(checkpoint).set(channel, { attempts, failures, dueAt: doubtUntil, doubtUntil });
  }

  /** A post was answered. Refused for good: it is not there. */
  answered(checkpoint: Checkpoint, channel: string, now: Date, isThere: 'No' | 'Perhaps'): void {
    const known = this.#of(checkpoint).get(channel);
    if (known === undefined) return;
    const { doubtUntil: _, ...rest } = known;
    this.#of(checkpoint).set(channel, {
      ...rest,
      dueAt: now,
      ...(isThere === 'No' ? {} : { doubtUntil: now }),
    });
  }

  succeeded(checkpoint: Checkpoint, channel: string): void {
    this.#of(checkpoint).delete(channel);
  }

  /** When the next attempt is due: doubling from a second to five minutes, never before the product allows. */
  failed(
    checkpoint: Checkpoint,
    { channel, attempts }: Notification,
    now: Date,
    retryAfterSeconds = 0,
  ): Date {
    const known = this.#of(checkpoint).get(channel);
    const failures = (known?.failures ?? 0) + 1;
    const dueAt = plus(now, Math.max(backoffMs(BACKOFF_MS, failures), retryAfterSeconds * 1000));
    this.#of(checkpoint).set(channel, { ...known, attempts, failures, dueAt });
    return dueAt;
  }

  forget({ metadata }: Checkpoint): void {
    this.#checkpoints.delete(metadata.uid ?? '');
  }

  /** What is known of this attempt; of another process's, from when it is first seen. */
  #state(checkpoint: Checkpoint, { channel, state, attempts }: Notification, now: Date): State {
    const known = this.#of(checkpoint).get(channel);
    if (known?.attempts === attempts) return known;
    const seen =
      state === 'Pending' ? { failures: known?.failures ?? 0, endsAt: plus(now, TAKEOVER_MS) } : undefined;
    const failures = seen?.failures ?? (known === undefined ? 0 : known.failures + 1);
    const dueAt = seen?.endsAt ?? (failures === 0 ? now : plus(now, backoffMs(BACKOFF_MS, failures)));
    const noted = { attempts, failures, dueAt, doubtUntil: seen?.endsAt ?? now };
    this.#of(checkpoint).set(channel, noted);
    return noted;
  }

  #of({ metadata }: Checkpoint): Map<string, State> {
    const uid = metadata.uid ?? '';
    const channels = this.#checkpoints.get(uid) ?? new Map<string, State>();
    this.#checkpoints.set(uid, channels);
    return channels;
  }
}

function plus(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}
