import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../cluster/processes.ts';
import { Buildah } from './buildah.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

interface ImageBuild {
  readonly tag: string;
  /** What it runs on, and where the bundle is made; absent: as the Dockerfile says. */
  readonly base?: string | undefined;
  readonly buildBase?: string | undefined;
  /** An OCI archive that it is written to as well. */
  readonly archive?: string | undefined;
  readonly buildah?: Buildah;
  /** Of `buildah build`, besides. */
  readonly flags?: readonly string[];
}

/** Builds the image that users get. @throws UsageError where buildah is missing; Error when the build fails. */
export async function buildImage(build: ImageBuild): Promise<void> {
  const { tag, base, buildBase, archive, buildah = new Buildah(), flags = [] } = build;
  const args = { ...(await labels()), BASE: base, BUILD_BASE: buildBase };
  const given = Object.entries(args).flatMap(([name, value]) =>
    value === undefined ? [] : ['--build-arg', `${name}=${value}`],
  );
  await buildah.run(['bud', ...given, ...flags, '--tag', tag, REPOSITORY]);
  if (archive !== undefined) await buildah.run(['push', tag, `oci-archive:${archive}:${tag}`]);
}

async function labels() {
  const { version } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as {
    version: string;
  };
  return {
    VERSION: version,
    REVISION: await git(['rev-parse', 'HEAD']),
    SOURCE: await git(['remote', 'get-url', 'origin']),
  };
}

/** Undefined where there is no repository, or nothing of the kind in it. */
async function git(args: readonly string[]): Promise<string | undefined> {
  return runProgram('git', ['-C', REPOSITORY, ...args]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}
