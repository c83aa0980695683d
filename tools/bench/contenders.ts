import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../operator/errors.ts';
import { ownProgram } from '../cluster/own-programs.ts';
import { runProgram } from '../cluster/processes.ts';
import { type Bench, startOperator } from './operator.ts';
import { statusTemplate } from './status-template.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** What takes its turn at deciding: it watches once `start` has resolved. */
export interface Contender {
  readonly name: string;
  start(): Promise<Running>;
}

interface Running {
  readonly pid: number;
  stop(): Promise<void>;
}

/** The operator as it is in this folder. */
export function operator(bench: Bench): Contender {
  return { name: 'operator', start: () => startOperator(bench) };
}

/** The least that could decide anything, in Go. */
export async function bareLoop({ installation }: Bench, namespace: string): Promise<Contender> {
  const program = await ownProgram('bare-loop');
  const args = ['--kubeconfig', installation.operatorKubeconfig, '--namespace', namespace];
  return {
    name: 'bare loop',
    start: async () => {
      const child = spawn(program, [...args, '--status', statusTemplate()], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await Promise.race([once(child.stdout, 'data'), ended(once(child, 'exit'))]);
      const stop = async (): Promise<void> => {
        const exit = once(child, 'exit');
        child.kill('SIGTERM');
        await exit;
      };
      return { pid: child.pid ?? 0, stop };
    },
  };
}

async function ended(exit: Promise<unknown[]>): Promise<never> {
  throw new Error(`the bare loop ended with ${String((await exit)[0])}`);
}

/** The operator of another commit, in a folder of its own until `remove`. */
export async function otherCommit(
  bench: Bench,
  revision: string,
): Promise<Contender & { remove(): Promise<void> }> {
  const commit = await git('rev-parse', '--short', `${revision}^{commit}`).catch(() => {
    throw new UsageError(`--against: there is no commit ${revision}`);
  });
  const folder = join(await mkdtemp(join(tmpdir(), 'approvalgate-bench-')), 'checkout');
  await git('worktree', 'add', '--detach', folder, commit);
  await installPackages(folder, commit);
  const main = join(folder, 'operator', 'main.ts');
  return {
    name: commit,
    start: () => startOperator(bench, main),
    remove: async () => {
      await git('worktree', 'remove', '--force', folder);
      await rm(join(folder, '..'), { recursive: true, force: true });
    },
  };
}

/** The same packages are not installed twice. */
async function installPackages(folder: string, commit: string): Promise<void> {
  const same = await git('diff', '--quiet', commit, '--', 'package-lock.json').then(
    () => true,
    () => false,
  );
  if (same && existsSync(join(REPOSITORY, 'node_modules'))) {
    await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  } else {
    await runProgram('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], { cwd: folder });
  }
}

async function git(...args: string[]): Promise<string> {
  return (await runProgram('git', args, { cwd: REPOSITORY })).stdout.trim();
}
