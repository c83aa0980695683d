import type { Checkpoint, Notification } from '../../crds/types.ts';

/** Longer than an attempt may take (the post is begun within `POST_WITHIN_MS`): after it, another's has ended. */
export const TAKEOVER_MS = 30_000;

/** An attempt posts nothing later than this after its claim: a post takes eight seconds at most. */
export const POST_WITHIN_MS = 15_000;

/** An intent older than this is no longer acted on without a new claim, so that it ends before a takeover begins. */
const INTENT_MS = 5_000;

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_LAST_MS = 300_000;

interface State {
  readonly failures: number;
  readonly dueAt: Date;
  /** As the object said when this was noted: another number says that another process tried. */
  readonly attempts: number;
}

/** What is known of one checkpoint's channels. */
interface Channels {
  readonly intents: Map<string, number>;
  readonly states: Map<string, State>;
}

/**
 * What this process remembers of its attempts to deliver. Nothing here is truth: an attempt that this process did not
 * begin, or began before a restart, is somebody else's, and must have ended before the next.
 */
export class Attempts {
  readonly #checkpoints = new Map<string, Channels>();

  /** Notes the intents that a write of this process added. */
  noteIntents(before: Checkpoint, after: Checkpoint, now: Date): void {
    const known = new Set(before.status?.notifications?.map(({ channel }) => channel));
    for (const { channel, state } of after.status?.notifications ?? []) {
      if (state === 'Pending' && !known.has(channel)) {
        this.#of(after).intents.set(channel, now.getTime() + INTENT_MS);
      }
    }
  }

  /** Whether this process wrote the intent and has not acted on it; asking uses it up. */
  takeIntent(checkpoint: Checkpoint, { channel, state, attempts }: Notification, now: Date): boolean {
    const { intents } = this.#of(checkpoint);
    const goodUntil = intents.get(channel) ?? 0;
    intents.delete(channel);
    return state === 'Pending' && attempts === 1 && now.getTime() <= goodUntil;
  }

  dueAt(checkpoint: Checkpoint, notification: Notification, now: Date): Date {
    const { intents, states } = this.#of(checkpoint);
    const { channel, state, attempts } = notification;
    const known = states.get(channel);
    if (known?.attempts === attempts) return known.dueAt;
    if (known === undefined && (state !== 'Pending' || intents.has(channel))) return now;
    const failures = state === 'Failed' ? (known?.failures ?? 0) + 1 : (known?.failures ?? 0);
    const waitMs = state === 'Pending' ? TAKEOVER_MS : backoffMs(failures);
    const dueAt = new Date(now.getTime() + waitMs);
    states.set(channel, { failures, dueAt, attempts });
    return dueAt;
  }

  succeeded(checkpoint: Checkpoint, channel: string): void {
    this.#of(checkpoint).states.delete(channel);
  }

  /** When the next attempt is due: doubling from a second to five minutes, never before the product allows. */
  failed(
    checkpoint: Checkpoint,
    { channel, attempts }: Notification,
    now: Date,
    retryAfterSeconds = 0,
  ): Date {
    const { states } = this.#of(checkpoint);
    const failures = (states.get(channel)?.failures ?? 0) + 1;
    const waitMs = Math.max(backoffMs(failures), retryAfterSeconds * 1000);
    const dueAt = new Date(now.getTime() + waitMs);
    states.set(channel, { failures, dueAt, attempts });
    return dueAt;
  }

  forget({ metadata }: Checkpoint): void {
    this.#checkpoints.delete(metadata.uid ?? '');
  }

  #of({ metadata }: Checkpoint): Channels {
    const uid = metadata.uid ?? '';
    const channels = this.#checkpoints.get(uid) ?? { intents: new Map(), states: new Map() };
    this.#checkpoints.set(uid, channels);
    return channels;
  }
}

function backoffMs(failures: number): number {
  return Math.min(BACKOFF_FIRST_MS * 2 ** (failures - 1), BACKOFF_LAST_MS);
}
