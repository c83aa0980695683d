import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../operator/errors.ts';
import { cacheRoot } from './binaries.ts';
import { buildGo, GO_MODULE, GO_WANTED, hasGo, type Progress, toStandardError } from './go-build.ts';
import { withLock } from './lock.ts';

/** Our own programs in Go, and their folders in the module. */
const FOLDERS = {
  'cel-oracle': 'cel-oracle',
  'chart-oracle': 'chart-oracle',
  'bare-loop': 'bench/bare-loop',
  pause: 'node/pause',
} as const;

type OwnProgram = keyof typeof FOLDERS;

/**
 * The path of one of our own programs in Go, built where this version of its sources has not been built yet.
 * @throws UsageError where Go is missing; Error when the build fails.
 */
export async function ownProgram(name: OwnProgram, progress: Progress = toStandardError): Promise<string> {
  const folder = join(cacheRoot(process.env), 'own');
  const path = join(folder, `${name}-${await versionOf(name)}`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const tell = (lock: string): void =>
    progress(`another process is building ${name}; waiting for it (if none is, remove ${lock})`);
  return withLock(`${path}.lock`, tell, async () => {
    if (existsSync(path)) return path;
    if (!(await hasGo())) throw new UsageError(`${name} is built from source: install ${GO_WANTED}`);
    const build = { goPackage: `./${FOLDERS[name]}`, path };
    await buildGo(build, { progress, hint: 'seconds, or about two minutes the first time' });
    return path;
  });
}

/** Of its sources and of all that they may import. */
async function versionOf(name: OwnProgram): Promise<string> {
  const folder = join(GO_MODULE, FOLDERS[name]);
  const sources = (await readdir(folder)).filter((file) => file.endsWith('.go')).sort();
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum'].map((each) => join(GO_MODULE, each)))
    hash.update(await readFile(file));
  for (const file of sources) hash.update(file).update(await readFile(join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}
