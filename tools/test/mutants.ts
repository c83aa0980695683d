import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { runProgram } from '../cluster/processes.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** What is run against each: the tests of the rules' language, beside its sources and against Kubernetes. */
const TESTS = ['operator/cel', 'test/cel'];

/** One line of the sources that is wrong on purpose. */
interface Mutant {
  readonly breaks: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Breaks the semantics of rules one by one in a copy, runs the tests, and ends with 1 when one of them was not noticed,
 * or when the tests fail with nothing broken.
 */
const folder = await mkdtemp(join(tmpdir(), 'approvalgate-mutants-'));
try {
  await copyTo(folder);
  process.exitCode = (await survivors(folder)) === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

/** What git knows of, as it is now. */
async function copyTo(target: string): Promise<void> {
  const { stdout } = await runProgram('git', ['ls-files'], { cwd: REPOSITORY, maxBuffer: 1 << 24 });
  for (const file of stdout.trim().split('\n')) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await cp(join(REPOSITORY, file), join(target, file));
  }
  await symlink(join(REPOSITORY, 'node_modules'), join(target, 'node_modules'));
}

async function survivors(target: string): Promise<number> {
  const text = await readFile(join(REPOSITORY, 'test', 'cel', 'mutants.yaml'), 'utf8');
  const mutants = parse(text) as readonly Mutant[];
  if ((await failedTest(target)) !== undefined) throw new Error('the tests fail with nothing broken');
  let unnoticed = 0;
  for (const mutant of mutants) {
    const restore = await breakOne(target, mutant);
    const failed = await failedTest(target);
    await restore();
    if (failed === undefined) unnoticed += 1;
    console.log(`${failed === undefined ? 'NOT NOTICED' : 'noticed'}: ${mutant.breaks}\n  ${failed ?? ''}`);
  }
  console.log(`${mutants.length - unnoticed} of ${mutants.length} mutants were noticed`);
  return unnoticed;
}

async function breakOne(target: string, { file, from, to }: Mutant): Promise<() => Promise<void>> {
  const path = join(target, file);
  const sound = await readFile(path, 'utf8');
  if (sound.split(from).length !== 2) throw new Error(`${file} does not have this once: ${from}`);
  await writeFile(
    path,
    sound.replace(from, () => to),
  );
  return () => writeFile(path, sound);
}

/** The name of the first test that fails. */
async function failedTest(target: string): Promise<string | undefined> {
  const vitest = join(REPOSITORY, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--bail=1', '--reporter=dot', ...TESTS];
  const child = spawn(process.execPath, args, {
    cwd: target,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === 0) return undefined;
  return /FAIL.*/.exec(output)?.[0] ?? `exit code ${code}`;
}
