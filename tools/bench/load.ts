import { API_VERSION, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, ObjectMeta } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';

export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds from the create to the decision seen by a watch, sorted. */
  readonly latencies: readonly number[];
}

/** Agents that each create a checkpoint, wait until a shared watch shows its decision, and go on. */
export async function runLoad(
  client: KubeClient,
  { namespace, count, concurrency }: { namespace: string; count: number; concurrency: number },
): Promise<LoadResult> {
  const waiting = new Map<string, () => void>();
  const decided = new Set<string>();
  const stop = new AbortController();
  const { resourceVersion } = await client.list(CHECKPOINTS, { namespace, limit: 1 });
  const watching = follow(client, { namespace, resourceVersion }, stop.signal, ({ metadata, status }) => {
    if (status?.decision === undefined) return;
    const wake = waiting.get(metadata.uid ?? '');
    if (wake) wake();
    else decided.add(metadata.uid ?? '');
  });
  const latencies: number[] = [];
  let left = count;
  const agent = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      const { metadata } = await client.create<Checkpoint>(CHECKPOINTS, question(namespace, 12));
      const uid = metadata.uid ?? '';
      if (!decided.delete(uid)) await new Promise<void>((resolve) => waiting.set(uid, resolve));
      waiting.delete(uid);
      latencies.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, agent));
  const seconds = (performance.now() - start) / 1000;
  stop.abort();
  await watching;
  return { seconds, latencies: latencies.sort((a, b) => a - b) };
}

export function question(namespace: string, amount: number) {
  return {
    apiVersion: API_VERSION,
    kind: 'Checkpoint',
    metadata: { namespace, generateName: 'bench-' } as ObjectMeta,
    spec: {
      action: 'process_refund',
      context: { amount, order: 'A-1042', customer: { id: 'c-7', vip: false } },
    },
  };
}

/** Calls `seen` for every checkpoint that changes; ends quietly with the signal. */
export async function follow(
  client: KubeClient,
  query: { namespace?: string; resourceVersion: string },
  signal: AbortSignal,
  seen: (checkpoint: Checkpoint) => void,
): Promise<void> {
  try {
    const events = client.watch<Checkpoint>(CHECKPOINTS, { ...query, timeoutSeconds: 3600 }, signal);
    for await (const { type, object } of events) if (type === 'ADDED' || type === 'MODIFIED') seen(object);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
