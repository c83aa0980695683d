import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that carries the product's version, and every place in it. */
interface VersionFile {
  readonly path: string;
  /** Each matches one place; the version is its second group, what comes before it the first. */
  readonly places: readonly RegExp[];
}

/** All files that carry the version. A new one (an SDK, a second chart, a page that names it) is one more row. */
const VERSION_FILES: readonly VersionFile[] = [
  { path: 'package.json', places: [/^( {2}"version": ")([^"]*)/m] },
  {
    path: 'package-lock.json',
    places: [/^( {2}"version": ")([^"]*)/m, /^( {4}"": \{\n {6}"name": "[^"]*",\n {6}"version": ")([^"]*)/m],
  },
  { path: 'charts/approvalgate/Chart.yaml', places: [/^(version: )(\S+)$/m, /^(appVersion: )(\S+)$/m] },
  { path: 'README.md', places: [/^(\$ docker build -t \S+:)(\S+)/m] },
  { path: 'docs/install.md', places: [/^(\$ export IMAGE=\S+ TAG=)(\S+)$/m] },
];

/** One place of the version, for example `charts/approvalgate/Chart.yaml` line 5. */
export interface VersionPlace {
  /** Path and line, such as `package.json:3`. */
  readonly where: string;
  readonly version: string;
}

/** @throws Error where a file has no version at a place that should have one. */
export async function readVersions(repository: string): Promise<VersionPlace[]> {
  const files = await Promise.all(
    VERSION_FILES.map(async (file) => ({ file, text: await readFile(join(repository, file.path), 'utf8') })),
  );
  return files.flatMap(({ file, text }) => file.places.map((place) => versionAt(file.path, text, place)));
}

/** Sets every place. @returns the paths of the files that changed. */
export async function writeVersion(repository: string, version: string): Promise<string[]> {
  const changed: string[] = [];
  for (const { path, places } of VERSION_FILES) {
    const before = await readFile(join(repository, path), 'utf8');
    const after = places.reduce((text, place) => withVersion(path, text, place, version), before);
    if (after === before) continue;
    await writeFile(join(repository, path), after);
    changed.push(path);
  }
  return changed;
}

function versionAt(path: string, text: string, place: RegExp): VersionPlace {
  const match = matchOf(path, text, place);
  const before = text.slice(0, match.index + (match[1]?.length ?? 0));
  return { where: `${path}:${before.split('\n').length}`, version: match[2] ?? '' };
}

function withVersion(path: string, text: string, place: RegExp, version: string): string {
  const match = matchOf(path, text, place);
  const start = match.index + (match[1]?.length ?? 0);
  return text.slice(0, start) + version + text.slice(start + (match[2]?.length ?? 0));
}

function matchOf(path: string, text: string, place: RegExp): RegExpExecArray {
  const match = place.exec(text);
  if (match === null) throw new Error(`${path} has no version where ${place.source} looks for it`);
  return match;
}
