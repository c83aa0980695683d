import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../log.ts';
import { swept } from './metrics.ts';

/** The CRD's default, for objects from before it. */
const DEFAULT_TTL_SECONDS = 259_200;

/** Above this many settled checkpoints the oldest go before their time, so that etcd cannot fill up. */
export const SETTLED_CAP = 100_000;

const PAGE_SIZE = 500;
const BUCKET_MS = 60_000;

/** What one sweep did. */
export interface SweepResult {
  readonly seen: number;
  readonly expired: number;
  /** Deleted before their time. */
  readonly overCap: number;
}

interface SweepOptions {
  readonly client: Pick<KubeClient, 'list' | 'delete'>;
  readonly now: Date;
  readonly cap?: number;
  readonly log: Logger;
  /** Tells whoever looks at Events, at one of the checkpoints that went early. */
  announce(checkpoint: Checkpoint, note: string): Promise<void>;
}

/**
 * Deletes settled checkpoints whose time has come, then the oldest of too many. Reads page by page and keeps only a
 * count a minute of decision times, so that a hundred thousand old decisions cost no lasting memory.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { client, now, cap = SETTLED_CAP } = options;
  const remaining = new Map<number, number>();
  let seen = 0;
  let expired = 0;
  for await (const checkpoint of settled(client)) {
    seen += 1;
    if (expiryOf(checkpoint) <= now.getTime()) {
      await remove(client, checkpoint);
      expired += 1;
    } else {
      const bucket = bucketOf(checkpoint);
      remaining.set(bucket, (remaining.get(bucket) ?? 0) + 1);
    }
  }
  swept.inc({ cause: 'expired' }, expired);
  const overCap = await removeOldest(options, remaining, seen - expired - cap);
  return { seen, expired, overCap };
}

/** Deletes at most `excess` checkpoints, oldest minute first. */
async function removeOldest(
  { client, cap = SETTLED_CAP, log, announce }: SweepOptions,
  counts: ReadonlyMap<number, number>,
  excess: number,
): Promise<number> {
  if (excess <= 0) return 0;
  const last = lastBucketToGo(counts, excess);
  let removed = 0;
  let example: Checkpoint | undefined;
  for await (const checkpoint of settled(client)) {
    if (removed === excess) break;
    if (bucketOf(checkpoint) > last) continue;
    await remove(client, checkpoint);
    removed += 1;
    example ??= checkpoint;
  }
  swept.inc({ cause: 'overCap' }, removed);
  const note = `more settled checkpoints than ${cap}: deleted the ${removed} oldest before their time`;
  log.warn({ removed, cap }, note);
  if (example) await announce(example, note);
  return removed;
}

function lastBucketToGo(counts: ReadonlyMap<number, number>, excess: number): number {
  let left = excess;
  for (const bucket of [...counts.keys()].sort((a, b) => a - b)) {
    left -= counts.get(bucket) ?? 0;
    if (left <= 0) return bucket;
  }
  return Number.POSITIVE_INFINITY;
}

async function* settled(client: SweepOptions['client']): AsyncGenerator<Checkpoint> {
  let token: string | undefined;
  do {
    const page = await client.list<Checkpoint>(CHECKPOINTS, {
      fieldSelector: 'status.settled=true',
      limit: PAGE_SIZE,
      ...(token ? { continue: token } : {}),
    });
    yield* page.items;
    token = page.continue;
  } while (token);
}

async function remove(client: SweepOptions['client'], { metadata }: Checkpoint): Promise<void> {
  const { namespace = '', name, uid = '' } = metadata;
  await client.delete(CHECKPOINTS, { namespace, name }, { uid });
}

function decidedAt({ status }: Checkpoint): number {
  return Date.parse(status?.decision?.decisionTime ?? '') || 0;
}

function expiryOf(checkpoint: Checkpoint): number {
  return decidedAt(checkpoint) + (checkpoint.spec.ttlSecondsAfterDecision ?? DEFAULT_TTL_SECONDS) * 1000;
}

function bucketOf(checkpoint: Checkpoint): number {
  return Math.floor(decidedAt(checkpoint) / BUCKET_MS);
}
