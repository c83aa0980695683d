import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inNamespaces } from '../node/namespaces.ts';
import type { Report, Run } from './summary.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..');

interface Options {
  /** Of its report. */
  readonly name: string;
  /** As vitest takes them: files, `--project unit`; none for every test. */
  readonly filters: readonly string[];
  /** Run it in namespaces of its own, in which a node can be started. */
  readonly inNamespaces?: boolean;
}

/** Runs tests to their end; what they print goes to standard output. */
export async function runVitest({ name, filters, inNamespaces: apart = false }: Options): Promise<Run> {
  const file = join(REPOSITORY, 'reports', `vitest-${name}.json`);
  await mkdir(join(REPOSITORY, 'reports'), { recursive: true });
  await rm(file, { force: true });
  const vitest = join(REPOSITORY, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters];
  const command = [process.execPath, vitest, '--root', REPOSITORY, ...args];
  const child = apart ? await inNamespaces(command) : startHere(command);
  const [code] = (await once(child, 'exit')) as [number | null];
  return { report: await readReport(file), exitCode: code ?? 1 };
}

function startHere([program = '', ...args]: readonly string[]) {
  return spawn(program, args, { stdio: 'inherit' });
}

async function readReport(file: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
