import { SCHEMA } from '../../crds/limits.ts';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { pagesOf } from '../kube/paged-list.ts';
import type { Logger } from '../log.ts';
import { keyOf } from '../model/references.ts';
import { sweepFailures, swept } from './metrics.ts';

/** Above this many settled checkpoints the oldest go before their time, so that etcd cannot fill up. */
const SETTLED_CAP = 100_000;

const BUCKET_MS = 60_000;

/** What one sweep did. */
interface SweepResult {
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
  /** Ends the sweep between two checkpoints. */
  readonly signal?: AbortSignal;
  /** Tells whoever looks at Events, at one of the checkpoints that went early. */
  announce(checkpoint: Checkpoint, note: string): Promise<void>;
}

/**
 * Deletes settled checkpoints whose time has come, then the oldest of too many. Reads page by page and keeps only a
 * count a minute of decision times, so that a hundred thousand old decisions cost no lasting memory. What cannot be
 * deleted is counted and left to the next sweep. @throws ApiError when a page cannot be read, e.g. as it has expired.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const remover = new Remover(options.client);
  try {
    return await sweepWith(remover, options);
  } finally {
    const { failures, firstError } = remover;
    if (failures > 0) options.log.warn({ failures, firstError }, 'some checkpoints could not be deleted');
  }
}

async function sweepWith(remover: Remover, options: SweepOptions): Promise<SweepResult> {
  const { now, cap = SETTLED_CAP } = options;
  const remaining = new Map<number, number>();
  let seen = 0;
  let expired = 0;
  for await (const checkpoint of settled(options)) {
    seen += 1;
    if (expiryOf(checkpoint) > now.getTime()) {
      const bucket = bucketOf(checkpoint);
      remaining.set(bucket, (remaining.get(bucket) ?? 0) + 1);
    } else if (await remover.remove(checkpoint, 'expired')) expired += 1;
  }
  const overCap = await removeOldest(remover, options, remaining, seen - expired - cap);
  return { seen, expired, overCap };
}

/** Deletes at most `excess` checkpoints, oldest minute first. */
async function removeOldest(
  remover: Remover,
  options: SweepOptions,
  counts: ReadonlyMap<number, number>,
  excess: number,
): Promise<number> {
  if (excess <= 0) return 0;
  const { now, cap = SETTLED_CAP, log, announce } = options;
  const last = lastBucketToGo(counts, excess);
  let removed = 0;
  let example: Checkpoint | undefined;
  for await (const checkpoint of settled(options)) {
    if (removed === excess) break;
    // What has expired and is still there could not be deleted a moment ago.
    if (bucketOf(checkpoint) > last || expiryOf(checkpoint) <= now.getTime()) continue;
    if (!(await remover.remove(checkpoint, 'overCap'))) continue;
    removed += 1;
    example ??= checkpoint;
  }
  if (example === undefined) return 0;
  const note = `more settled checkpoints than ${cap}: deleted the ${removed} oldest before their time`;
  log.warn({ removed, cap }, note);
  await announce(example, note);
  return removed;
}

/** Deletes one by one and counts: one that cannot be deleted keeps no other from its end. */
class Remover {
  readonly #client: SweepOptions['client'];
  failures = 0;
  firstError: string | undefined;

  constructor(client: SweepOptions['client']) {
    this.#client = client;
  }

  async remove({ metadata }: Checkpoint, cause: 'expired' | 'overCap'): Promise<boolean> {
    const { namespace = '', name, uid = '' } = metadata;
    try {
      await this.#client.delete(CHECKPOINTS, { namespace, name }, { uid });
    } catch (error) {
      this.failures += 1;
      this.firstError ??= `${keyOf({ metadata })}: ${toError(error).message}`;
      sweepFailures.inc({ cause: error instanceof ApiError ? (error.reason ?? `${error.status}`) : 'Error' });
      return false;
    }
    swept.inc({ cause });
    return true;
  }
}

function lastBucketToGo(counts: ReadonlyMap<number, number>, excess: number): number {
  let left = excess;
  for (const bucket of [...counts.keys()].sort((a, b) => a - b)) {
    left -= counts.get(bucket) ?? 0;
    if (left <= 0) return bucket;
  }
  return Number.POSITIVE_INFINITY;
}

async function* settled({ client, signal }: SweepOptions): AsyncGenerator<Checkpoint> {
  for await (const page of pagesOf<Checkpoint>(client, CHECKPOINTS, {
    fieldSelector: 'status.settled=true',
  })) {
    for (const checkpoint of page.items) {
      if (signal?.aborted) return;
      yield checkpoint;
    }
  }
}

function decidedAt({ status }: Checkpoint): number {
  return Date.parse(status?.decision?.decisionTime ?? '') || 0;
}

function expiryOf(checkpoint: Checkpoint): number {
  // An object that was stored before the schema had its default may have none.
  const seconds =
    checkpoint.spec.ttlSecondsAfterDecision ?? SCHEMA.Checkpoint.spec.ttlSecondsAfterDecision.default;
  return decidedAt(checkpoint) + seconds * 1000;
}

function bucketOf(checkpoint: Checkpoint): number {
  return Math.floor(decidedAt(checkpoint) / BUCKET_MS);
}
