import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LoadResult } from './load.ts';
import { askedInstead, type Evidence, faultsOf, lateness, percentile, ruleLatency } from './verdict.ts';

const FILE = join(import.meta.dirname, '..', '..', '..', 'reports', 'reliability.md');

interface Finding {
  readonly name: string;
  readonly evidence: Evidence;
  readonly result: LoadResult;
  /** The machine's load average before and after. */
  readonly busy: readonly [number, number];
}

/** One row of the table in docs/reliability.md, to standard output and to reports/reliability.md. */
export async function report({ name, evidence, result, busy }: Finding): Promise<void> {
  const { asked, failures, seconds } = result;
  const { lost, decidedTwice, wrong, askedTwice } = faultsOf(evidence);
  const cells = [
    name,
    `${asked.length}`,
    (asked.length / seconds).toFixed(1),
    `${lost.length}`,
    `${decidedTwice.length}`,
    `${wrong.length}`,
    `${askedTwice.length}`,
    `${evidence.asked.filter((each) => askedInstead(each, evidence)).length}`,
    `${failures.admission}`,
    `${failures.unreachable}`,
    spread(lateness(evidence)),
    spread(ruleLatency(evidence)),
    busy.map((each) => each.toFixed(1)).join(' – '),
  ];
  const row = `| ${cells.join(' | ')} |`;
  console.log(`${HEAD}${row}`);
  if (!begun) await begin();
  await appendFile(FILE, `${row}\n`);
}

async function begin(): Promise<void> {
  begun = true;
  await mkdir(dirname(FILE), { recursive: true });
  await writeFile(FILE, HEAD);
}

let begun = false;

const COLUMNS = [
  'meanwhile',
  'checkpoints',
  'a second',
  'lost',
  'decided twice',
  'wrong',
  'posted twice',
  'asked instead',
  'admission failed',
  'API server away',
  'lateness, s',
  'rule, s',
  'load average',
];

const HEAD = `| ${COLUMNS.join(' | ')} |\n|${COLUMNS.map(() => '---|').join('')}\n`;

/** Median, 99th percentile and maximum. */
function spread(values: readonly number[]): string {
  return [0.5, 0.99, 1]
    .map((share) => ((percentile(values, share) ?? Number.NaN) / 1000).toFixed(2))
    .join(' / ');
}
