import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ownProgram } from './own-programs.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'approvalgate-own-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
  vi.stubEnv('PATH', home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

const quiet = (): void => undefined;

test('is built once, however many ask for it at the same time', async () => {
  // A Go that notes what it is asked to build, and builds an empty file.
  const script = `#!/bin/bash
[ "$1" = version ] && exit 0
echo "\${@: -1}" >> ${home}/built
while [ "$1" != -o ]; do shift; done
: > "$2"
`;
  await writeFile(join(home, 'go'), script);
  await chmod(join(home, 'go'), 0o755);
  const [first, second] = await Promise.all([
    ownProgram('cel-oracle', quiet),
    ownProgram('cel-oracle', quiet),
  ]);
  expect(first).toBe(second);
  expect(first).toMatch(/own\/cel-oracle-[0-9a-f]{12}$/);
  expect(await readFile(join(home, 'built'), 'utf8')).toBe('./cel-oracle\n');
});

test('is an error that names the cure where Go is missing', async () => {
  await expect(ownProgram('cel-oracle', quiet)).rejects.toThrow(
    /cel-oracle is built from source: install Go 1\.26/,
  );
});
