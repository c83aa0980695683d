import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../cluster/processes.ts';
import { TestRepository } from './test-repository.ts';

let repository: TestRepository;
beforeEach(async () => {
  repository = await TestRepository.create();
});
afterEach(() => repository.remove());

describe('make release', () => {
  beforeEach(async () => {
    await cp(join(import.meta.dirname, '..', '..', 'Makefile'), join(repository.path, 'Makefile'));
    await repository.link('node_modules', 'tools');
    await repository.announce('9.0.0');
  });
  const make = async (...args: string[]) => {
    const env = { ...process.env, MAKEFLAGS: '', MFLAGS: '', MAKELEVEL: '' };
    return (
      await runProgram('make', ['--assume-old=node_modules/.package-lock.json', ...args], {
        cwd: repository.path,
        env,
      })
    ).stdout;
  };
  const head = () => repository.git('rev-parse', 'HEAD');

  it.each([
    ['--dry-run', ['--dry-run']],
    ['-n among others', ['-kn', '--no-print-directory']],
    ['DRY_RUN=1', ['DRY_RUN=1']],
  ])('with %s only says what it would do', async (_, args) => {
    const before = await head();
    const output = await make('release', 'VERSION=9.0.0', ...args);
    expect(output).toContain('v9.0.0, from the branch main:\n\n### Added\n\n- A wheel.');
    expect(output).toContain('Every check passed. Nothing was written');
    expect([
      await head(),
      await repository.git('tag'),
      await repository.git('status', '--porcelain'),
    ]).toEqual([before, '', '']);
  });

  it.each([
    ['', []],
    ['another flag whose name has an n in it', ['--no-print-directory']],
  ])('without it makes the release %s, and says what to push', async (_, args) => {
    expect(await make('release', 'VERSION=9.0.0', ...args)).toContain(
      '\n  git push --atomic origin main v9.0.0\n',
    );
    expect(await repository.git('tag')).toBe('v9.0.0');
  });

  it('without a version, or with one that is a command, says how it is used', async () => {
    await expect(make('release')).rejects.toMatchObject({
      stderr: expect.stringContaining('usage: make release VERSION=1.2.3'),
    });
    await expect(make('release', 'VERSION=$(touch broken)`touch broken`')).rejects.toMatchObject({
      stderr: expect.stringContaining('is no version'),
    });
    expect(await repository.git('status', '--porcelain')).toBe('');
  });
});
