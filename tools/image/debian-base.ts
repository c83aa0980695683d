import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../cluster/processes.ts';
import type { Buildah } from './buildah.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const NODE = join(REPOSITORY, 'node_modules', 'node', 'bin', 'node');
const RELEASE = 'bookworm';
/** What Node needs to run, and what Distroless has: no shell. */
const RUNTIME = ['base-files', 'libc6', 'libstdc++6', 'netbase', 'tzdata'];
const BUILD = [...RUNTIME, 'dash', 'coreutils', 'ca-certificates'];
const NPM = 'npm@11.19.1';

export interface Bases {
  readonly base: string;
  readonly buildBase: string;
}

/**
 * Two images to build on where none can be pulled: Debian's packages, by mmdebstrap, and the Node of this checkout.
 * Made once for each Node and kept in buildah's storage.
 */
export async function debianBases(buildah: Buildah): Promise<Bases> {
  const { stdout } = await runProgram(NODE, ['--version']);
  const tag = `${RELEASE}-node-${stdout.trim()}`;
  const bases = { base: `localhost/debian-base:${tag}`, buildBase: `localhost/debian-build:${tag}` };
  await ensure(buildah, bases.base, () => makeBase(buildah, bases.base, RUNTIME));
  await ensure(buildah, bases.buildBase, () => makeBase(buildah, bases.buildBase, BUILD, addNpm));
  return bases;
}

async function ensure(buildah: Buildah, image: string, make: () => Promise<void>): Promise<void> {
  const known = await buildah.run(['images', '--quiet', '--filter', `reference=${image}`]);
  if (known === '') await make();
}

type Addition = (buildah: Buildah, container: string, folder: string) => Promise<void>;

async function makeBase(
  buildah: Buildah,
  image: string,
  packages: readonly string[],
  add: Addition = async () => undefined,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-base-'));
  try {
    const system = join(folder, 'system.tar');
    const flags = ['--quiet', '--variant=extract', `--include=${packages.join(',')}`];
    await runProgram('mmdebstrap', [...flags, RELEASE, system]);
    const container = await buildah.run(['from', 'scratch']);
    await buildah.run(['add', '--quiet', container, system, '/']);
    await buildah.run(['add', '--quiet', container, NODE, '/usr/local/bin/node']);
    await add(buildah, container, folder);
    await buildah.run(['commit', '--quiet', '--rm', container, image]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As Node's own images have it. */
async function addNpm(buildah: Buildah, container: string, folder: string): Promise<void> {
  await runProgram('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, NPM]);
  const programs = join(folder, 'programs');
  await mkdir(programs);
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(programs, 'npm'));
  await buildah.run(['add', '--quiet', container, programs, '/usr/local/bin']);
  await buildah.run([
    'add',
    '--quiet',
    container,
    join(folder, 'node_modules', 'npm'),
    '/usr/local/lib/node_modules/npm',
  ]);
}
