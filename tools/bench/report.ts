import type { LoadResult } from './load.ts';

/** Prints what both variants did at one concurrency, and their ratio. */
export function report(
  concurrency: number,
  results: Record<'operator' | 'raw', readonly LoadResult[]>,
): void {
  const operator = summary(results.operator);
  const raw = summary(results.raw);
  console.log(
    `\nconcurrency ${concurrency}: ${(operator.perSecond / raw.perSecond).toFixed(2)} of the raw limit`,
  );
  for (const [name, { perSecond, p50, p95, p99 }] of Object.entries({ operator, raw })) {
    const milliseconds = [p50, p95, p99].map((value) => value.toFixed(1)).join(' / ');
    console.log(`  ${name.padEnd(9)} ${perSecond.toFixed(0)} decisions/s, p50/p95/p99 ${milliseconds} ms`);
  }
}

function summary(results: readonly LoadResult[]) {
  const latencies = results.flatMap(({ latencies: each }) => each).sort((a, b) => a - b);
  const seconds = results.reduce((sum, { seconds: each }) => sum + each, 0);
  const at = (quantile: number): number => latencies[Math.floor(quantile * (latencies.length - 1))] ?? 0;
  return { perSecond: latencies.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
