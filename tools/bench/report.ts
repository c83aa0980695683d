import type { LoadResult } from './load.ts';

/** What one contender did in one turn. */
export interface Round extends LoadResult {
  /** For 1,000 decisions. */
  readonly cpuSeconds: number;
  readonly memoryMb: number;
}

/** Prints each contender's medians over its rounds at one concurrency, and beside them their part of the last one's. */
export function report(concurrency: number, rounds: ReadonlyMap<string, readonly Round[]>): void {
  const summaries = [...rounds].map(([name, each]) => ({ name, ...summary(each) }));
  const limit = summaries.at(-1);
  if (limit === undefined) return;
  console.log(`\n${concurrency} agents at once, medians of ${rounds.get(limit.name)?.length} rounds:`);
  for (const each of summaries) {
    const milliseconds = [each.p50, each.p95, each.p99].map((value) => value.toFixed(1)).join(' / ');
    console.log(
      `  ${each.name.padEnd(10)} ${each.perSecond.toFixed(0).padStart(4)} decisions/s (${(each.perSecond / limit.perSecond).toFixed(2)}), ` +
        `p50/p95/p99 ${milliseconds} ms (p50 ${(each.p50 / limit.p50).toFixed(2)}), ` +
        `${each.cpuSeconds.toFixed(2)} CPU s for 1,000, ${each.memoryMb.toFixed(0)} MB`,
    );
  }
}

function summary(rounds: readonly Round[]) {
  const over = (look: (round: Round) => number): number => median(rounds.map(look));
  const at =
    (quantile: number) =>
    ({ latencies }: Round): number =>
      latencies[Math.floor(quantile * (latencies.length - 1))] ?? Number.NaN;
  return {
    perSecond: over(({ latencies, seconds }) => latencies.length / seconds),
    p50: over(at(0.5)),
    p95: over(at(0.95)),
    p99: over(at(0.99)),
    cpuSeconds: over(({ cpuSeconds }) => cpuSeconds),
    memoryMb: over(({ memoryMb }) => memoryMb),
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
