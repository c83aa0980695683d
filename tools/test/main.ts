import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, summaryOf } from './summary.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const REPORT = join(REPOSITORY, 'reports', 'vitest.json');

const exitCode = await runTests(process.argv.slice(2));
const summary = summaryOf(await readReport(), exitCode, REPOSITORY);
console.log(`\n${summary.text}`);
process.exit(summary.isGood ? 0 : 1);

/** @param filters as vitest takes them: files, `--project unit`; none for every test */
async function runTests(filters: readonly string[]): Promise<number> {
  await mkdir(join(REPOSITORY, 'reports'), { recursive: true });
  await rm(REPORT, { force: true });
  const vitest = join(REPOSITORY, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...filters];
  const child = spawn(process.execPath, [vitest, ...args], { cwd: REPOSITORY, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function readReport(): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(REPORT, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
