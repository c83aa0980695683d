import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly [field: string]: unknown;
}

/** A package of which something is in the bundle. */
export interface BundledPackage {
  /** Absolute. */
  readonly folder: string;
  readonly json: PackageJson;
  /** Folders of the packages that it imports. */
  readonly imports: ReadonlySet<string>;
  /** Whether our own code imports it. */
  readonly isDirect: boolean;
}

/** By esbuild's own account of what is in the bundle; sorted by name and version. */
export async function bundledPackages(metafile: Metafile, repository: string): Promise<BundledPackage[]> {
  const inputs = bundledInputs(metafile);
  const imports = [...inputs].flatMap((from) =>
    (metafile.inputs[from]?.imports ?? [])
      .filter(({ path }) => inputs.has(path))
      .map(({ path }) => ({ from: packageFolder(from), to: packageFolder(path) })),
  );
  const folders = new Set([...inputs].map(packageFolder).filter((folder) => folder !== undefined));
  const packages = [...folders].map(async (folder) => ({
    folder: join(repository, folder),
    json: JSON.parse(await readFile(join(repository, folder, 'package.json'), 'utf8')) as PackageJson,
    imports: importedBy(folder),
    isDirect: importedBy(undefined).has(join(repository, folder)),
  }));
  return (await Promise.all(packages)).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));

  /** Undefined: our own files. */
  function importedBy(folder: string | undefined): ReadonlySet<string> {
    const imported = imports.filter(({ from, to }) => from === folder && to !== folder);
    return new Set(imported.flatMap(({ to }) => (to === undefined ? [] : join(repository, to))));
  }
}

export function nameOf({ json: { name, version } }: BundledPackage): string {
  return `${name}@${version}`;
}

/** Those of which at least a byte is in an output. */
function bundledInputs({ outputs }: Metafile): ReadonlySet<string> {
  const all = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return new Set(all.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path));
}

/** Undefined for our own files. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}
