import type { Checkpoint, Notification } from '../../crds/types.ts';

/** Longer than an attempt may take (search and post, ten seconds each): after it, another process's has ended. */
export const TAKEOVER_MS = 30_000;

/** An intent older than this is no longer acted on without a new claim, so that it ends before a takeover begins. */
const INTENT_MS = 5_000;

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_LAST_MS = 300_000;

interface State {
  failures: number;
  dueAt: Date;
}

/**
 * What this process remembers of its attempts to deliver. Nothing here is truth: after a restart an unfinished attempt
 * is somebody else's, and waits until that one must have ended.
 */
export class Attempts {
  readonly #intents = new Map<string, number>();
  readonly #states = new Map<string, State>();

  /** Notes the intents that a write of this process added. */
  noteIntents(before: Checkpoint, after: Checkpoint, now: Date): void {
    const known = new Set(before.status?.notifications?.map(({ channel }) => channel));
    for (const { channel, state } of after.status?.notifications ?? []) {
      if (state === 'Pending' && !known.has(channel)) {
        this.#intents.set(idOf(after, channel), now.getTime() + INTENT_MS);
      }
    }
  }

  /** Whether this process wrote the intent and has not acted on it; asking uses it up. */
  takeIntent(checkpoint: Checkpoint, { channel, state, attempts }: Notification, now: Date): boolean {
    const id = idOf(checkpoint, channel);
    const goodUntil = this.#intents.get(id) ?? 0;
    this.#intents.delete(id);
    return state === 'Pending' && attempts === 1 && now.getTime() <= goodUntil;
  }

  dueAt(checkpoint: Checkpoint, { channel, state }: Notification, now: Date): Date {
    const id = idOf(checkpoint, channel);
    const known = this.#states.get(id)?.dueAt;
    if (known !== undefined) return known;
    if (state !== 'Pending' || this.#intents.has(id)) return now;
    const dueAt = new Date(now.getTime() + TAKEOVER_MS);
    this.#states.set(id, { failures: 0, dueAt });
    return dueAt;
  }

  succeeded(checkpoint: Checkpoint, channel: string): void {
    this.#states.delete(idOf(checkpoint, channel));
  }

  /** When the next attempt is due: doubling from a second to five minutes, never before the product allows. */
  failed(checkpoint: Checkpoint, channel: string, now: Date, retryAfterSeconds = 0): Date {
    const id = idOf(checkpoint, channel);
    const failures = (this.#states.get(id)?.failures ?? 0) + 1;
    const backoff = Math.min(BACKOFF_FIRST_MS * 2 ** (failures - 1), BACKOFF_LAST_MS);
    const dueAt = new Date(now.getTime() + Math.max(backoff, retryAfterSeconds * 1000));
    this.#states.set(id, { failures, dueAt });
    return dueAt;
  }

  forget({ metadata, status }: Checkpoint): void {
    for (const { channel } of status?.notifications ?? []) {
      const id = `${metadata.uid} ${channel}`;
      this.#intents.delete(id);
      this.#states.delete(id);
    }
  }
}

function idOf({ metadata }: Checkpoint, channel: string): string {
  return `${metadata.uid} ${channel}`;
}
