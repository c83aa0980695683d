import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const REPORT = join(REPOSITORY, 'reports', 'vitest.json');

/** What of the runner's own report is printed at the end. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

process.exit(await summarise(await runTests(process.argv.slice(2))));

/** @param filters as vitest takes them: files, `--project unit`; none for every test */
async function runTests(filters: readonly string[]): Promise<number> {
  await mkdir(join(REPOSITORY, 'reports'), { recursive: true });
  await rm(REPORT, { force: true });
  const vitest = join(REPOSITORY, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...filters];
  const child = spawn(process.execPath, [vitest, ...args], { cwd: REPOSITORY, stdio: 'inherit' });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode ?? 1;
}

/** A run without a report, or without a single test, has failed whatever its exit code says. */
async function summarise(exitCode: number): Promise<number> {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = await readReport();
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
  console.log(`${numPassedTests} passed, ${failed} failed`);
  return exitCode === 0 && failed === 0 && numPassedTests > 0 ? 0 : 1;
}

async function readReport(): Promise<Report> {
  try {
    return JSON.parse(await readFile(REPORT, 'utf8')) as Report;
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numFailedTestSuites: 0 };
  }
}
