import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../cluster/processes.ts';
import { TestRepository } from '../release/test-repository.ts';

const HOOKS = join(import.meta.dirname, 'hooks');
const CHECK = join(import.meta.dirname, 'main.ts');

let repository: TestRepository;
beforeEach(async () => {
  repository = await TestRepository.create();
});
afterEach(() => repository.remove());

/** Commits one more file. */
async function commit(message: string): Promise<void> {
  await writeFile(join(repository.path, 'more.txt'), message);
  await repository.git('add', 'more.txt');
  await repository.git('commit', '--quiet', '--message', message);
}

describe('the hook for commit messages', () => {
  beforeEach(async () => {
    await repository.link('node_modules', 'tools');
    await repository.git('config', 'core.hooksPath', HOOKS);
  });

  it('lets a good message through', async () => {
    await commit('Add a file\n\nThe next test reads it.');
    expect(await repository.git('log', '-1', '--format=%s')).toBe('Add a file');
  });

  it('refuses a message without a body, and says why', async () => {
    const before = await repository.git('rev-parse', 'HEAD');
    await expect(commit('Add a file')).rejects.toThrow('there is no body: say why the change is made');
    expect(await repository.git('rev-parse', 'HEAD')).toBe(before);
  });
});

describe('the check of a range of commits', () => {
  const check = (range: string) =>
    runProgram(process.execPath, [CHECK, '--range', range], { cwd: repository.path });

  it('is silent where all are good', async () => {
    const start = await repository.git('rev-parse', 'HEAD');
    await commit('Add a file\n\nThe next test reads it.');
    await commit('Change the file\n\nThe last test reads it.\n\nIt needs two paragraphs.');
    expect(await check(`${start}..HEAD`)).toEqual({ stdout: '', stderr: '' });
  });

  it('names each commit that is not, and passes over merges and over what came before', async () => {
    await commit('No body, but before the range');
    const start = await repository.git('rev-parse', 'HEAD');
    await repository.git('checkout', '--quiet', '-b', 'side');
    await commit('add a file');
    await repository.git('checkout', '--quiet', 'main');
    await repository.git('merge', '--quiet', '--no-ff', '--message', 'merge without a body', 'side');
    const { stderr } = await check(`${start}..HEAD`).then(
      () => ({ stderr: 'it passed' }),
      (error: { stderr: string }) => error,
    );
    expect(stderr.split('\n').slice(0, -1)).toEqual([
      expect.stringMatching(/^[0-9a-f]{7,} add a file$/),
      '  the subject does not begin with a capital letter',
      '  there is no body: say why the change is made',
    ]);
  });

  it('fails where the range is none', async () => {
    await expect(check('main..nowhere')).rejects.toMatchObject({
      stderr: expect.stringContaining('nowhere'),
    });
  });
});
