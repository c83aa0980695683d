import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Missing } from './names.ts';

const DECLARED = /new (?:Counter|Gauge|Histogram)(?:<[^>]*>)?\(\{\s*name: '(\w+)'/g;
/** In back quotes, with or without labels. */
const QUOTED = /`([a-z]+(?:_[a-z0-9]+)+)(?:\{[^}`]*\})?`/g;
/** What Prometheus makes of a histogram. */
const OF_HISTOGRAM = /_(?:bucket|sum|count)$/;

/** The names of all metrics that the product's sources declare, for example `approvalgate_blind`. */
export function metricsOf(repository: string): Set<string> {
  const files = globSync('{operator,webhook}/**/*.ts', { cwd: repository }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  const texts = files.map((file) => readFileSync(join(repository, file), 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(DECLARED)].map(([, name = '']) => name)));
}

/** Metrics that a page names and nothing declares: names that begin with the same word as a metric of ours. */
export function missingMetrics(metrics: ReadonlySet<string>, page: string, text: string): Missing[] {
  const begins = new Set([...metrics].map(firstWord));
  const named = [...text.matchAll(QUOTED)].map(([, name = '']) => name);
  return [...new Set(named)]
    .filter((name) => begins.has(firstWord(name)))
    .filter((name) => !metrics.has(name) && !metrics.has(name.replace(OF_HISTOGRAM, '')))
    .map((name) => ({ page, name }));
}

function firstWord(name: string): string {
  return name.split('_')[0] ?? '';
}
