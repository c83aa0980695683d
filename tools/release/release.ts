import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changelogFaults, sectionsOf } from './changelog.ts';
import { git } from './git.ts';
import { compareVersions, parseVersion, type Version } from './version.ts';
import { readVersions, type VersionPlace, writeVersion } from './version-files.ts';

/** A release that may be made: every check has passed and nothing has been written. */
export interface Release {
  readonly version: string;
  /** `v` and the version. */
  readonly tag: string;
  readonly branch: string;
  /** What `CHANGELOG.md` says of it; the message of the tag. */
  readonly notes: string;
}

/** Says what keeps a release from being made, one line for each cause. Nothing was written. */
class ReleaseError extends Error {
  constructor(causes: readonly string[]) {
    super(causes.join('\n'));
  }
}

/** Asks whether the versions of all files are one, and whether the changelog has its form. @returns what is wrong. */
export async function faultsOf(repository: string, tag?: string): Promise<string[]> {
  const places = await readVersions(repository);
  const expected = tag?.replace(/^v/, '') ?? places[0]?.version ?? '';
  return [
    ...(parseVersion(expected) ? [] : [`'${expected}' is no version: write X.Y.Z or X.Y.Z-rc.N`]),
    ...places.flatMap((place) => outOfStep(place, expected)),
    ...changelogFaults(await changelogOf(repository)),
  ];
}

function outOfStep({ where, version }: VersionPlace, expected: string): string[] {
  return version === expected ? [] : [`${where} has ${version || 'no version'}, not ${expected}`];
}

/** @throws ReleaseError that names every check which failed. */
export async function planRelease(repository: string, version: string): Promise<Release> {
  const parsed = parseVersion(version);
  if (parsed === undefined) {
    throw new ReleaseError([
      `VERSION: '${version}' is no version: write X.Y.Z or X.Y.Z-rc.N, for example 1.2.3`,
    ]);
  }
  const branch = await git(repository, ['rev-parse', '--abbrev-ref', 'HEAD']);
  const section = sectionsOf(await changelogOf(repository)).find(({ name }) => name === version);
  const causes = [
    ...(await treeFaults(repository)),
    ...(branch === 'HEAD' ? ['no branch is checked out: a release is made on one'] : []),
    ...(await faultsOf(repository)),
    ...(await orderFaults(repository, version, parsed)),
    ...(section?.text ? [] : [`CHANGELOG.md has no text under '## [${version}] - YYYY-MM-DD'`]),
  ];
  if (causes.length > 0) throw new ReleaseError(causes);
  return { version, tag: `v${version}`, branch, notes: section?.text ?? '' };
}

/**
 * Sets the version everywhere, commits that and tags the commit. It never pushes. Where a step fails, the same command
 * may be run again: versions that were set already are not committed twice.
 * @returns the paths that it changed
 * @throws Error of git; files that could not be committed are put back first
 */
export async function makeRelease(repository: string, { version, tag, notes }: Release): Promise<string[]> {
  const changed = await writeVersion(repository, version);
  if (changed.length > 0) await commit(repository, version, changed);
  // Without this git would drop the lines of the notes that begin with '#'.
  await git(repository, [
    'tag',
    '--annotate',
    '--cleanup=verbatim',
    `--message=${tag}

${notes}
`,
    tag,
  ]);
  return changed;
}

async function commit(repository: string, version: string, paths: readonly string[]): Promise<void> {
  const message = `Release ${version}\n\nSets the version in ${paths.join(', ')}.`;
  try {
    await git(repository, ['commit', '--quiet', `--message=${message}`, '--', ...paths]);
  } catch (error) {
    await git(repository, ['restore', '--staged', '--worktree', '--', ...paths]);
    throw error;
  }
}

async function treeFaults(repository: string): Promise<string[]> {
  const changes = await git(repository, ['status', '--porcelain']);
  if (changes === '') return [];
  return [`the work tree is not clean; commit or remove first:\n  ${changes.split('\n').join('\n  ')}`];
}

/** Versions only grow. The version in the files may be the one that is released where it was never tagged. */
async function orderFaults(repository: string, text: string, version: Version): Promise<string[]> {
  const tags = (await git(repository, ['tag', '--list', 'v*'])).split('\n').map((tag) => tag.slice(1));
  const inFiles = (await readVersions(repository)).map((place) => place.version);
  return [
    ...tags
      .filter((tag) => isBefore(version, tag, 0))
      .map((tag) => `${text} is not greater than the tag v${tag}`),
    ...new Set(
      inFiles.filter((each) => isBefore(version, each, -1)).map((each) => `${text} is smaller than ${each}`),
    ),
  ];
}

/** @param atMost how `version` may compare with the other to count as before it: 0 where an equal one counts too */
function isBefore(version: Version, other: string, atMost: 0 | -1): boolean {
  const parsed = parseVersion(other);
  return parsed !== undefined && Math.sign(compareVersions(version, parsed)) <= atMost;
}

async function changelogOf(repository: string): Promise<string> {
  return await readFile(join(repository, 'CHANGELOG.md'), 'utf8');
}
