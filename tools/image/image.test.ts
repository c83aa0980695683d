import { execFileSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Buildah } from './buildah.ts';
import { buildDebianImage } from './debian-image.ts';

const TAG = 'localhost/approvalgate:test';
const USER = 65532;

interface Config {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

describe('the image, built from the Dockerfile', () => {
  let folder: string;
  let container: string;
  let buildah: Buildah;
  let root: string;
  let config: Config;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'approvalgate-image-test-'));
    const archive = join(folder, 'image.tar');
    await buildDebianImage(archive, TAG);
    buildah = new Buildah(join(folder, 'storage'));
    container = await buildah.run(['from', '--quiet', `oci-archive:${archive}`]);
    root = await buildah.run(['mount', container]);
    const told = await buildah.run(['inspect', '--type', 'container', container]);
    config = (JSON.parse(told) as { OCIv1: { config: Config } }).OCIv1.config;
  }, 900_000);

  afterAll(async () => {
    await buildah?.run(['rm', '--all']);
    await buildah?.run(['rmi', '--all']);
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs what the image runs, with more arguments, as its user, where nothing can be written. */
  function run(args: readonly string[], environment: readonly string[] = []): string {
    const [program = '', ...rest] = config.Entrypoint;
    const path = (config.Env.find((each) => each.startsWith('PATH=')) ?? '').slice('PATH='.length).split(':');
    const found = path.map((place) => join(place, program)).find((place) => existsSync(join(root, place)));
    const readOnly = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"';
    const chroot = `exec chroot --userspec=${USER}:${USER} "$0" "$@"`;
    const command = [found ?? program, ...rest, ...args];
    return execFileSync(
      'unshare',
      ['--mount', 'sh', '-c', `${readOnly} && ${chroot} 2>&1`, root, ...command],
      {
        encoding: 'utf8',
        env: Object.fromEntries([...config.Env, ...environment].map((each) => each.split('='))),
      },
    );
  }

  it('runs the operator, whose flags are its arguments', () => {
    expect(config.User).toBe(`${USER}:${USER}`);
    expect(run(['--help'])).toContain('--webhook-cert-dir');
  });

  it('takes the code that was compiled when it was built', () => {
    const told = run(['--help'], ['NODE_DEBUG_NATIVE=COMPILE_CACHE']);
    expect(told).toMatch(/V8 code cache for ESM \S+operator\.mjs was accepted/);
    expect(told).not.toMatch(/reading cache from .*(failed|mismatch)/);
    expect(told).not.toMatch(/rejected/);
  });

  it('holds no shell, no package manager, no sources and no node_modules', () => {
    const places = [
      'bin/sh',
      'usr/bin/sh',
      'usr/bin/env',
      'usr/bin/apt',
      'usr/local/bin/npm',
      'app/operator',
    ];
    expect(places.filter((place) => existsSync(join(root, place)))).toEqual([]);
    expect(globSync('app/**/{node_modules,*.ts,package.json}', { cwd: root })).toEqual([]);
  });

  it('lets its user write nothing of what it runs', () => {
    const files = globSync('app/**', { cwd: root });
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) {
      const { uid, mode } = statSync(join(root, file));
      expect({ file, uid, others: mode & 0o022 }).toEqual({ file, uid: 0, others: 0 });
      expect(mode & 0o004).not.toBe(0);
    }
  });

  it('brings the licences and the bill of materials', () => {
    const brought = ['LICENSE', 'dist/THIRD-PARTY-LICENSES.txt', 'dist/sbom.cdx.json'];
    expect(brought.filter((file) => !existsSync(join(root, 'app', file)))).toEqual([]);
  });

  it('says which version it is, and of what', () => {
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'ApprovalGate',
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it('adds few megabytes to its base', () => {
    const sizes = globSync('app/**', { cwd: root }).map((file) => statSync(join(root, file)));
    const bytes = sizes.filter((each) => each.isFile()).reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeLessThan(6e6);
  });
});
