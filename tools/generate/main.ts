import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { chartCrd } from './chart.ts';
import { readCrds } from './crds.ts';
import { limitsModule } from './limits.ts';
import { typesModule } from './types.ts';
import { withValuesTable } from './values-table.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const CRDS = join(REPOSITORY, 'crds');
const CHART = join(REPOSITORY, 'charts', 'approvalgate');
const CHART_CRDS = join(CHART, 'templates', 'crds');

const files = await generate();
if (process.argv.includes('--check')) await check(files);
else await write(files);

async function generate(): Promise<Map<string, string>> {
  const crds = await readCrds(CRDS);
  const readme = join(CHART, 'README.md');
  const values = await readFile(join(CHART, 'values.yaml'), 'utf8');
  return new Map([
    [join(CRDS, 'types.ts'), await typesModule(crds)],
    [join(CRDS, 'limits.ts'), limitsModule(crds)],
    ...crds.flatMap(({ file, yaml }): [string, string][] => [
      [join(CRDS, file), yaml],
      [join(CHART_CRDS, file), chartCrd(yaml)],
    ]),
    [readme, withValuesTable(await readFile(readme, 'utf8'), values)],
  ]);
}

async function write(generated: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of generated) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

async function check(generated: ReadonlyMap<string, string>): Promise<void> {
  const stale: string[] = [];
  for (const [path, text] of generated) {
    if ((await readFile(path, 'utf8').catch(() => '')) !== text) stale.push(relative(REPOSITORY, path));
  }
  if (stale.length === 0) return;
  console.error(`out of date, run 'make generate': ${stale.join(', ')}`);
  process.exit(1);
}
