import type { Cluster } from '../cluster/cluster.ts';

const SERIES = /^apiserver_admission_webhook_admission_duration_seconds_bucket\{(.*)\} (\d+)$/;

/**
 * How long the API server waited for the stamping webhook, by its own histogram.
 * @returns quantile → the upper bound of its bucket, in milliseconds
 */
export async function admissionQuantiles(
  cluster: Cluster,
  quantiles: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const lines = (await cluster.mustKubectl(['get', '--raw', '/metrics'])).split('\n');
  const counts = new Map<number, number>();
  for (const line of lines) {
    const [, labels = '', count = ''] = SERIES.exec(line) ?? [];
    if (!labels.includes('name="stamp.approvalgate.dev"')) continue;
    const bound = Number(/le="([^"]*)"/.exec(labels)?.[1]?.replace('+Inf', 'Infinity'));
    counts.set(bound, (counts.get(bound) ?? 0) + Number(count));
  }
  const bounds = [...counts].sort(([a], [b]) => a - b);
  const total = bounds.at(-1)?.[1] ?? 0;
  if (total === 0) throw new Error('the API server has called no webhook');
  return new Map(
    quantiles.map((quantile) => {
      const [bound = Number.NaN] = bounds.find(([, count]) => count >= quantile * total) ?? [];
      return [quantile, bound * 1000];
    }),
  );
}
