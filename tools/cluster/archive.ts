import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { runProgram } from './processes.ts';

/** Where a published archive lies, and what its bytes must be. */
export interface Archive {
  readonly url: string;
  /** Hexadecimal. */
  readonly sha512: string;
}

/** The newest that is published; etcd, kube-apiserver and kubectl only. */
export const ARCHIVE_VERSION = 'v1.37.0';

/** As `envtest-releases.yaml` of kubernetes-sigs/controller-tools lists them, by Node's names of the machines. */
const SHA512: Readonly<Record<string, string>> = {
  x64: '1d1c453633b72c161a5d5a886cde7ac850be1a2ac796a9e1d4ffacacc64868295bdd2d57aa66cd0c158f5ce510f5dfe3fbc61ac21bd3dcfb875bd70658aa663a',
  arm64:
    'ae6a670502988200b0131c943758cfd3d3a58cf4e6247ef7f0e6a6467f1cd9a333c802e86101f0446b1b92a0e327387224e1e44fe1a4693da0929c6e529cfe9a',
};

const ANSWER_MS = 5_000;
const DOWNLOAD_MS = 180_000;

/** The archive for this machine; none where no digest is pinned. */
export function publishedArchive(): Archive | undefined {
  const sha512 = SHA512[arch];
  if (platform !== 'linux' || sha512 === undefined) return undefined;
  const releases = 'https://github.com/kubernetes-sigs/controller-tools/releases/download';
  const machine = arch === 'x64' ? 'amd64' : arch;
  const file = `envtest-${ARCHIVE_VERSION}-linux-${machine}.tar.gz`;
  return { url: `${releases}/envtest-${ARCHIVE_VERSION}/${file}`, sha512 };
}

/**
 * Puts an archive's binaries into a folder. Nothing of it is unpacked unless its digest is right.
 * @throws Error when it cannot be reached within five seconds, or is not what was pinned.
 */
export async function fetchArchive({ url, sha512 }: Archive, folder: string): Promise<void> {
  const bytes = await download(url);
  const digest = createHash('sha512').update(bytes).digest('hex');
  if (digest !== sha512) throw new Error(`its SHA-512 is ${digest} and not the pinned ${sha512}`);
  await mkdir(folder, { recursive: true });
  const unpacked = await mkdtemp(join(folder, '.unpacked-'));
  try {
    const file = join(unpacked, 'archive.tar.gz');
    await writeFile(file, bytes);
    await runProgram('tar', ['-xzf', file, '-C', unpacked, '--strip-components=2']);
    await rm(file);
    for (const name of await readdir(unpacked)) await rename(join(unpacked, name), join(folder, name));
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** A network without a way out should cost seconds, a slow one may take its time. */
async function download(url: string): Promise<Buffer> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error('no answer')), ANSWER_MS);
  const signal = AbortSignal.any([silent.signal, AbortSignal.timeout(DOWNLOAD_MS)]);
  const response = await fetch(url, { signal }).finally(() => clearTimeout(timer));
  if (!response.ok) throw new Error(`it answers HTTP ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
