import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.ts';

let lock: string;

beforeEach(async () => {
  lock = join(await mkdtemp(join(tmpdir(), 'approvalgate-lock-')), 'etcd.lock');
});

afterEach(() => rm(dirname(lock), { recursive: true, force: true }));

test('two that want the same never work at once, and the one that waits is told once', async () => {
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const wait = (): void => {
    log.push('second waits');
    first.resolve();
  };
  const one = withLock(lock, wait, async () => {
    log.push('first works');
    await first.promise;
    log.push('first is done');
  });
  await expect.poll(() => log.length).toBe(1);
  const two = withLock(lock, wait, async () => log.push('second works'));
  await Promise.all([one, two]);
  expect(log).toEqual(['first works', 'second waits', 'first is done', 'second works']);
});

test('a failure gives the lock back', async () => {
  const failing = withLock(
    lock,
    () => undefined,
    () => Promise.reject(new Error('no space left')),
  );
  await expect(failing).rejects.toThrow('no space left');
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a process that was killed is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(lock, String(pid));
  const work = withLock(
    lock,
    () => undefined,
    async () => 'worked',
  );
  expect(await work).toBe('worked');
});

test('a folder that cannot be written to is an error, not an endless wait', async () => {
  const missing = join(lock, 'missing', 'etcd.lock');
  const work = withLock(
    missing,
    () => undefined,
    async () => 'worked',
  );
  await expect(work).rejects.toThrow('ENOENT');
});
