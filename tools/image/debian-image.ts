import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheRoot } from '../cluster/binaries.ts';
import { withLock } from '../cluster/lock.ts';
import { runProgram } from '../cluster/processes.ts';
import { Buildah } from './buildah.ts';
import { debianBases } from './debian-base.ts';
import { buildImage } from './image.ts';

/** Programs that it takes besides npm, and Debian's package of each. It also takes root. */
export const IMAGE_PACKAGES = { buildah: 'buildah', mmdebstrap: 'mmdebstrap' };

const CERTIFICATES = '/etc/ssl/certs';
/** In the container, where npm finds what this machine has fetched before. */
const NPM_CACHE = '/var/cache/npm';

/**
 * Builds the image that users get, from the same Dockerfile, where no base can be pulled: on Debian's packages. Nothing is
 * left in the machine's own image storage.
 * @param archive OCI archive that is written
 * @param tag its name, e.g. `localhost/approvalgate:test`
 */
export async function buildDebianImage(archive: string, tag: string): Promise<void> {
  const storage = join(cacheRoot(process.env), 'images');
  await mkdir(storage, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-image-'));
  const buildah = new Buildah(storage);
  const tell = (lock: string): void =>
    console.error(`another process builds an image; if none does, remove ${lock}`);
  try {
    await withLock(join(storage, 'image.lock'), tell, async () => {
      const flags = ['--isolation', 'chroot', ...(await npmFlags(folder))];
      await buildImage({ tag, ...(await debianBases(buildah)), archive, buildah, flags });
      await buildah.run(['rmi', tag]);
      // What earlier stages were.
      await buildah.run(['rmi', '--prune']);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The build asks the registry that this machine asks, and trusts whom it trusts. */
async function npmFlags(folder: string): Promise<string[]> {
  const [registry, cafile, cache] = await Promise.all(['registry', 'cafile', 'cache'].map(npmSetting));
  const file = join(folder, 'npmrc');
  const lines = [
    `registry=${registry}`,
    `cache=${NPM_CACHE}`,
    ...(cafile === 'null' ? [] : [`cafile=${cafile}`]),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  await mkdir(String(cache), { recursive: true });
  return [
    ...['--secret', `id=npmrc,src=${file}`, '--volume', `${cache}:${NPM_CACHE}`],
    ...(existsSync(CERTIFICATES) ? ['--volume', `${CERTIFICATES}:${CERTIFICATES}:ro`] : []),
  ];
}

async function npmSetting(name: string): Promise<string> {
  return (await runProgram('npm', ['config', 'get', name])).stdout.trim();
}
