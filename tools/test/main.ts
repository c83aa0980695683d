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

/** The tests beside the sources; a bare folder name would also select test/crds and the like. */
const UNIT = ['crds/', 'operator/', 'webhook/', '--exclude=test/**', '--exclude=tools/**'];

const args = process.argv.slice(2);
const code = args[0] === '--unit' ? await runTests(UNIT, { WITHOUT_API_SERVER: '1' }) : await runTests(args);
process.exit(await summarise(code));

async function runTests(filters: readonly string[], environment: object = {}): Promise<number> {
  await mkdir(join(REPOSITORY, 'reports'), { recursive: true });
  await rm(REPORT, { force: true });
  const vitest = join(REPOSITORY, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...filters];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [vitest, ...args], { cwd: REPOSITORY, stdio: 'inherit', env });
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
