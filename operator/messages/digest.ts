import type { DigestView } from './message.ts';

/** Where more questions than this wait for a channel, it gets a digest: more than a third of a minute of posts. */
export const DIGEST_ABOVE = 20;
/** A digest that stands says another count no sooner than this, in milliseconds. */
export const DIGEST_UPDATE_MS = 30_000;
/** A digest that could not be brought to its channel is tried again no sooner, in milliseconds. */
export const DIGEST_RETRY_MS = 60_000;
/** A digest that is younger is taken up again where many questions wait anew: who floods a channel gets no second one. */
export const DIGEST_REUSED_MS = 15 * 60_000;
/** So many namespaces are named. */
const NAMED = 5;

/** What is known of a channel's digest. Times in milliseconds since the epoch. */
export interface DigestMemory {
  /** Undefined where none is known to stand. */
  readonly messageID?: string;
  /** When it was posted, or found. */
  readonly since: number;
  /** The count that it says; 0: that nothing waits any more; negative: not known. */
  readonly said: number;
  readonly saidAt: number;
  /** The history was looked through, and has none. */
  readonly looked?: true;
  /** The last attempt failed then. */
  readonly failedAt?: number;
}

/** Look: whether the channel's history has a recent one. */
export type DigestStep = 'None' | 'Look' | 'Post' | 'Update';

export const NO_DIGEST: DigestMemory = { since: 0, said: 0, saidAt: 0 };

/**
 * What a channel's digest needs, where so many questions wait. It begins above `DIGEST_ABOVE` and ends only when nothing
 * waits, so that it does not flap. None is posted before the history was looked through: another process may have.
 */
export function digestStep(waiting: number, memory: DigestMemory, now: number): DigestStep {
  const { messageID, failedAt } = memory;
  if (failedAt !== undefined && now - failedAt < DIGEST_RETRY_MS) return 'None';
  if (messageID !== undefined && memory.said !== 0) return whileItWaits(waiting, memory, now);
  if (waiting <= DIGEST_ABOVE) return 'None';
  if (messageID !== undefined && now - memory.since < DIGEST_REUSED_MS)
    return whileItWaits(waiting, memory, now);
  return memory.looked ? 'Post' : 'Look';
}

/** That nothing waits any more is said at once. */
function whileItWaits(waiting: number, { said, saidAt }: DigestMemory, now: number): DigestStep {
  const isDue = waiting === 0 || now - saidAt >= DIGEST_UPDATE_MS;
  return isDue && waiting !== said ? 'Update' : 'None';
}

interface Waiting {
  readonly channel: string;
  /** The namespace of each question that waits. */
  readonly namespaces: readonly string[];
  readonly postIntervalMs: number;
  readonly now: Date;
}

/** What a digest says. It says when it was true: nobody may be left who could correct it. */
export function digestOf({ channel, namespaces, postIntervalMs, now }: Waiting): DigestView {
  const count = namespaces.length;
  const asOf = `As of ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
  if (count === 0) {
    const headline = 'No requests wait for this channel any more';
    return { channel, headline, lines: ['Each of them had its turn, the most urgent first.', asOf] };
  }
  const minutes = Math.ceil((count * postIntervalMs) / 60_000);
  const last = minutes > 1 ? `the last in about ${minutes} minutes` : 'the last within a minute or so';
  return {
    channel,
    headline: count === 1 ? '1 request waits for this channel' : `${count} requests wait for this channel`,
    lines: [
      `Each follows in full, the most urgent first: ${last}.`,
      `By namespace: ${byNamespace(namespaces)}.`,
      'All: kubectl get checkpoints --all-namespaces --field-selector status.settled!=true',
      asOf,
    ],
  };
}

function byNamespace(namespaces: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of namespaces) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const named = sorted.slice(0, NAMED).map(([name, count]) => `${name} ${count}`);
  const left = sorted.length - named.length;
  return [...named, ...(left > 0 ? [`${left} more`] : [])].join(', ');
}
