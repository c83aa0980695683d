import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { archiveFolder, type Binary, cacheFolder, findBinaries, lookUp } from './binaries.ts';

let home: string;
let assets: string;
let path: string;
let told: string[];

const progress = (line: string): void => {
  told.push(line);
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'approvalgate-binaries-'));
  assets = join(home, 'assets');
  path = join(home, 'path');
  told = [];
  await mkdir(assets);
  await mkdir(path);
  vi.stubEnv('XDG_CACHE_HOME', join(home, 'cache'));
  vi.stubEnv('KUBEBUILDER_ASSETS', assets);
  vi.stubEnv('PATH', path);
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no network')));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await rm(home, { recursive: true, force: true });
});

async function put(folder: string, name: Binary): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), 'a binary');
  return join(folder, name);
}

/** A Go that notes what it is asked to build, and builds an empty file. */
async function installGo(afterwards = 'exit 0'): Promise<void> {
  const script = `#!/bin/bash
[ "$1" = version ] && exit 0
echo "\${@: -1}" >> ${home}/built
while [ "$1" != -o ]; do shift; done
: > "$2"
${afterwards}
`;
  await writeFile(join(path, 'go'), script);
  await chmod(join(path, 'go'), 0o755);
}

const built = (): Promise<string> => readFile(join(home, 'built'), 'utf8');

describe('a binary is looked up', () => {
  test('in KUBEBUILDER_ASSETS, then among the built, then in the archive', async () => {
    expect(lookUp('etcd')).toBeUndefined();
    const archived = await put(archiveFolder(), 'etcd');
    expect(lookUp('etcd')).toBe(archived);
    const cached = await put(cacheFolder(), 'etcd');
    expect(lookUp('etcd')).toBe(cached);
    const asset = await put(assets, 'etcd');
    expect(lookUp('etcd')).toBe(asset);
  });

  test('on the PATH only when it is Helm: a kubectl of any age there is not trusted', async () => {
    await put(path, 'kubectl');
    const helm = await put(path, 'helm');
    expect(lookUp('kubectl')).toBeUndefined();
    expect(lookUp('helm')).toBe(helm);
    const cached = await put(cacheFolder(), 'helm');
    expect(lookUp('helm')).toBe(cached);
  });

  test('in the home folder when XDG_CACHE_HOME is unset or empty', () => {
    vi.stubEnv('HOME', home);
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(cacheFolder()).toMatch(`${home}/.cache/approvalgate/bin-v`);
  });
});

describe('a binary that is found nowhere', () => {
  test('is built from Go modules when the archive is out of reach, with progress told', async () => {
    await installGo();
    const { etcd } = await findBinaries(['etcd'], progress);
    expect(etcd).toBe(join(cacheFolder(), 'etcd'));
    expect(await built()).toBe('go.etcd.io/etcd/server/v3\n');
    expect(told.join('\n')).toMatch(/fetching https:.*no network.*building etcd.*built etcd/s);
    expect(await readdir(cacheFolder())).toEqual(['etcd']);
  });

  test('is built at once where the archive does not hold it', async () => {
    await installGo();
    await findBinaries(['helm'], progress);
    expect(told.join('\n')).not.toContain('fetching');
  });

  test('is built once, however many ask for it at the same time', async () => {
    await installGo('/bin/sleep 1');
    const both = await Promise.all([findBinaries(['helm'], progress), findBinaries(['helm'], progress)]);
    expect(both[0]).toEqual(both[1]);
    expect(await built()).toBe('helm.sh/helm/v4/cmd/helm\n');
    expect(told).toContainEqual(expect.stringContaining('another process is getting helm'));
  });

  test('is an error that names the cure where Go is missing', async () => {
    const found = findBinaries(['etcd', 'kubectl'], progress);
    await expect(found).rejects.toThrow(/Go is not installed.*KUBEBUILDER_ASSETS/);
  });

  test('leaves nothing half-made when its build fails, and the next try builds again', async () => {
    await installGo('exit 1');
    await expect(findBinaries(['helm'], progress)).rejects.toThrow('failed with exit code 1');
    expect(await readdir(cacheFolder())).toEqual([]);
    await installGo();
    const { helm } = await findBinaries(['helm'], progress);
    expect(existsSync(helm)).toBe(true);
  });
});
