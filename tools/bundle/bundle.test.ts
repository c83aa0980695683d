import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LICENSES_FILE, SBOM_FILE, writeBundle } from './bundle.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const NODE = join(REPOSITORY, 'node_modules', '.bin', 'node');
const SCHEMAS = join(REPOSITORY, 'node_modules', '@cyclonedx', 'cyclonedx-library', 'res', 'schema');

let folder: string;
let metafile: Metafile;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'approvalgate-bundle-'));
  metafile = await writeBundle(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

function run(args: readonly string[], before = '', from = folder): SpawnSyncReturns<string> {
  const hook = before === '' ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`];
  return spawnSync(NODE, [...hook, join(from, 'operator.mjs'), ...args], { encoding: 'utf8', cwd: folder });
}

/** Package folders of which at least a byte is in an output, relative to the repository. */
function packageFolders(files: (output: string) => boolean = () => true): string[] {
  const inputs = Object.entries(metafile.outputs)
    .filter(([output]) => files(output))
    .flatMap(([, output]) => Object.entries(output.inputs))
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path.includes('node_modules/'))
    .map(([path]) => path.split('/'));
  const folders = inputs.map((parts) => {
    const at = parts.lastIndexOf('node_modules') + 1;
    return parts.slice(0, parts[at]?.startsWith('@') ? at + 2 : at + 1).join('/');
  });
  return [...new Set(folders)];
}

function packages(): { name: string; version: string; folder: string }[] {
  return packageFolders().map((path) => {
    const { name, version } = JSON.parse(readFileSync(join(REPOSITORY, path, 'package.json'), 'utf8'));
    return { name, version, folder: join(REPOSITORY, path) };
  });
}

describe('the bundle', () => {
  it('runs', () => {
    const { stdout, status } = run(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('--webhook-cert-dir');
  });

  it('says what is wrong as the source does', () => {
    const { stderr, status } = run(['--port', 'none']);
    expect({ stderr, status }).toEqual({
      stderr: "--port: 'none' is not a whole number from 0 to 65535\n",
      status: 2,
    });
  });

  it("imports nothing but Node's own modules", () => {
    const external = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter((each) => each.external).map(({ path }) => path.replace(/^node:/, '')),
    );
    expect(external.length).toBeGreaterThan(50);
    expect(external.filter((path) => !builtinModules.includes(path) && path !== 'sqlite')).toEqual([]);
  });

  it('has the reader of kubeconfigs in a file of its own, without the types of Kubernetes', () => {
    const library = 'node_modules/@kubernetes/client-node';
    const with_ = Object.keys(metafile.outputs).filter((output) =>
      packageFolders((each) => each === output).includes(library),
    );
    expect(with_).toHaveLength(1);
    expect(with_[0]).toMatch(/kubeconfig-files-\w+\.mjs$/);
    const inputs = Object.entries(metafile.outputs[with_[0] ?? '']?.inputs ?? {});
    const types = inputs.filter(([path]) => path.startsWith(`${library}/dist/gen/models/`));
    expect(types.filter(([, { bytesInOutput }]) => bytesInOutput > 0)).toEqual([]);
  });
});

describe('a stack', () => {
  const broken = 'process.stdout.write = () => { throw new Error("broken") };';

  it('names our source file and the line that was called', () => {
    const { stderr } = run(['--help'], broken);
    const source = readFileSync(join(REPOSITORY, 'operator', 'main.ts'), 'utf8').split('\n');
    const line = source.findIndex((text) => text.includes('process.stdout.write(usage())')) + 1;
    expect(stderr).toContain(`Error: broken\n    at process.stdout.write`);
    expect(stderr).toMatch(new RegExp(`at .*operator/main\\.ts:${line}:20`));
  });

  it('is not buried under a line that is as long as the bundle', () => {
    expect(run(['--help'], broken).stderr.length).toBeLessThan(3_000);
  });

  it('does without source maps where they are missing', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'approvalgate-bundle-'));
    await cp(folder, copy, { recursive: true, filter: (path) => !path.endsWith('.map') });
    const { stderr } = run(['--help'], broken, copy);
    await rm(copy, { recursive: true });
    expect(stderr).toMatch(/Error: broken\n.*\n.*operator\.mjs:\d+:\d+/);
  });

  it('of a library is told by its place in the bundle', () => {
    const maps = readdirSync(folder).filter((file) => file.endsWith('.map'));
    const sources = maps.flatMap((file) => (JSON.parse(read(file)) as { sources: string[] }).sources);
    expect(sources).toContain('operator/main.ts');
    expect(sources.filter((source) => !/^(crds|operator|webhook|tools\/bundle)\//.test(source))).toEqual([]);
  });
});

describe('what is bundled', () => {
  it('is told by its licences, whole', () => {
    const licenses = read(LICENSES_FILE);
    const bundled = packages();
    expect(bundled.length).toBeGreaterThan(100);
    for (const { name, version, folder: place } of bundled) {
      expect(licenses).toContain(`\n${name}@${version} (`);
      const file = readdirSync(place).find((each) => /^licen[cs]e/i.test(each)) ?? '';
      expect(licenses).toContain(readFileSync(join(place, file), 'utf8').trim());
    }
    expect(licenses.match(/^={80}$/gm)).toHaveLength(2 * bundled.length);
  });

  it('is told by the bill of materials, and nothing else is', () => {
    const { components } = JSON.parse(read(SBOM_FILE)) as {
      components: { group?: string; name: string; version: string }[];
    };
    const told = components.map(
      ({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`,
    );
    expect(told.sort()).toEqual(
      packages()
        .map(({ name, version }) => `${name}@${version}`)
        .sort(),
    );
  });

  it('is told in the form of CycloneDX 1.6', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
      const file = `${name}.SNAPSHOT.schema.json`;
      ajv.addSchema(schema(file), `http://cyclonedx.org/schema/${file}`);
    }
    const validate = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
    validate(JSON.parse(read(SBOM_FILE)));
    expect(validate.errors).toBeNull();
    expect(validate({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ name: 'x' }] })).toBe(false);
  });

  it('is the same at every build', async () => {
    const before = readdirSync(folder).map((file) => [file, read(file)]);
    await writeBundle(folder);
    expect(readdirSync(folder).map((file) => [file, read(file)])).toEqual(before);
  });
});

function schema(file: string): object {
  return JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8')) as object;
}
