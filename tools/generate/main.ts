import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { chartCrd } from './chart.ts';
import { typesOf } from './types.ts';
import { withValuesTable } from './values-table.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const CRDS = join(REPOSITORY, 'crds');
const CHART = join(REPOSITORY, 'charts', 'approvalgate');
const CHART_CRDS = join(CHART, 'templates', 'crds');

const files = await generate();
if (process.argv.includes('--check')) await check(files);
else await write(files);

async function generate(): Promise<Map<string, string>> {
  const generated = new Map([[join(CRDS, 'types.ts'), await typesOf(CRDS)]]);
  for (const file of await readdir(CRDS)) {
    if (!file.endsWith('.yaml')) continue;
    generated.set(join(CHART_CRDS, file), chartCrd(await readFile(join(CRDS, file), 'utf8')));
  }
  const [readme, values] = [join(CHART, 'README.md'), join(CHART, 'values.yaml')];
  generated.set(readme, withValuesTable(await readFile(readme, 'utf8'), await readFile(values, 'utf8')));
  return generated;
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
