import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DECISION_INDEX, decisionFaults } from './decisions.ts';
import { MAP, mappedFolders, unmapped } from './map.ts';
import { metricsOf, missingMetrics } from './metrics.ts';
import { missingChores, missingNames, pagesOf } from './names.ts';

/** Ends with 1 where a page names what is not there, the map leaves a folder out, or decision records are not in order. */
const repository = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

const makefile = read('Makefile');
const metrics = metricsOf(repository);
const missing = pagesOf(repository).flatMap((page) => {
  const text = read(page);
  return [
    ...missingNames(repository, page, text),
    ...missingChores(makefile, page, text),
    ...missingMetrics(metrics, page, text),
  ];
});
const records = globSync('*.md', { cwd: join(repository, 'docs', 'decisions'), exclude: ['README.md'] })
  .sort()
  .map((file) => ({ file, title: /^# (.+)$/m.exec(read(join('docs', 'decisions', file)))?.[1] ?? '' }));

const faults = [
  ...missing.map(({ page, name }) => `${page} names ${name}, which is not there`),
  ...unmapped(mappedFolders(repository), read(MAP)).map(
    ({ page, name }) => `${page} does not say what ${name} is`,
  ),
  ...decisionFaults(records, read(DECISION_INDEX)),
];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
