import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultsOf, makeRelease, planRelease } from './release.ts';
import { TestRepository } from './test-repository.ts';
import { readVersions } from './version-files.ts';

/** The files that carry the version, as git sorts them, and in how many lines. */
const FILES = [
  ['1', 'README.md'],
  ['2', 'charts/approvalgate/Chart.yaml'],
  ['1', 'docs/install.md'],
  ['2', 'package-lock.json'],
  ['1', 'package.json'],
];

let repository: TestRepository;
beforeEach(async () => {
  repository = await TestRepository.create();
});
afterEach(() => repository.remove());

const versions = async () => new Set((await readVersions(repository.path)).map(({ version }) => version));
const release = async (version: string) =>
  makeRelease(repository.path, await planRelease(repository.path, version));

describe('a release', () => {
  it('sets one version everywhere, commits only that and tags the commit with what the changelog says', async () => {
    await repository.announce('1.2.3');
    const before = await repository.git('rev-parse', 'HEAD');
    await release('1.2.3');
    expect(await versions()).toEqual(new Set(['1.2.3']));
    expect(await repository.git('status', '--porcelain')).toBe('');
    expect(await repository.git('log', '--format=%s', `${before}..HEAD`)).toBe('Release 1.2.3');
    const changed = await repository.git('diff', '--numstat', before, 'HEAD');
    expect(changed.split('\n').map((line) => line.split('\t'))).toEqual(
      FILES.map(([lines, file]) => [lines, lines, file]),
    );
    expect(await repository.git('tag', '--list', '--format=%(objecttype) %(*objectname)', 'v1.2.3')).toBe(
      `tag ${await repository.git('rev-parse', 'HEAD')}`,
    );
    expect(await repository.git('tag', '--list', '--format=%(contents)', 'v1.2.3')).toBe(
      'v1.2.3\n\n### Added\n\n- A wheel.',
    );
  });

  it('leaves files that npm and Helm read', async () => {
    await repository.announce('1.2.3');
    await release('1.2.3');
    const lock = JSON.parse(await repository.read('package-lock.json'));
    expect([lock.version, lock.packages[''].version]).toEqual(['1.2.3', '1.2.3']);
    expect(JSON.parse(await repository.read('package.json')).version).toBe('1.2.3');
    expect(await repository.read('charts/approvalgate/Chart.yaml')).toMatch(
      /^version: 1[.]2[.]3\nappVersion: 1[.]2[.]3$/m,
    );
  });

  it('is named by the pages that tell how the image is built', async () => {
    await repository.announce('1.2.3');
    await release('1.2.3');
    expect(await repository.read('README.md')).toContain('$ docker build -t localhost/approvalgate:1.2.3 .');
    expect(await repository.read('docs/install.md')).toContain(
      '$ export IMAGE=localhost/approvalgate TAG=1.2.3\n',
    );
  });

  it('may be of the version that the files carry, where it was never tagged', async () => {
    const [current = ''] = await versions();
    await repository.announce(current);
    const before = await repository.git('rev-parse', 'HEAD');
    expect(await release(current)).toEqual([]);
    expect(await repository.git('rev-parse', `v${current}^{commit}`)).toBe(before);
  });

  it('follows its candidates', async () => {
    for (const version of ['1.2.3-rc.2', '1.2.3-rc.10', '1.2.3']) {
      await repository.announce(version);
      await release(version);
    }
    expect((await repository.git('tag', '--list')).split('\n')).toEqual([
      'v1.2.3',
      'v1.2.3-rc.10',
      'v1.2.3-rc.2',
    ]);
  });

  it('puts the files back where git refuses the commit, so that it can be made again', async () => {
    await repository.announce('1.2.3');
    const hooks = join(repository.path, '.git', 'hooks');
    await mkdir(hooks, { recursive: true });
    await writeFile(join(hooks, 'pre-commit'), '#!/bin/sh\necho the hook says no >&2; exit 1\n', {
      mode: 0o755,
    });
    await repository.git('config', 'core.hooksPath', hooks);
    await expect(release('1.2.3')).rejects.toThrow('git commit: the hook says no');
    expect([await repository.git('status', '--porcelain'), await repository.git('tag')]).toEqual(['', '']);
    await repository.git('config', 'core.hooksPath', '/dev/null');
    await release('1.2.3');
    expect(await repository.git('tag')).toBe('v1.2.3');
  });

  it('is tagged by a second run where the first could only commit', async () => {
    await repository.announce('1.2.3');
    await repository.git('config', 'tag.gpgSign', 'true');
    await repository.git('config', 'gpg.program', '/bin/false');
    await expect(release('1.2.3')).rejects.toThrow('git tag');
    await repository.git('config', 'tag.gpgSign', 'false');
    expect(await release('1.2.3')).toEqual([]);
    expect(await repository.git('log', '--format=%s', '-2')).toBe('Release 1.2.3\nChange what a test needs');
    expect(await repository.git('tag', '--list')).toBe('v1.2.3');
  });
});

describe('a release is refused', () => {
  const state = () =>
    Promise.all([repository.git('diff', 'HEAD'), repository.git('log', '--all', '--decorate')]);
  const refusal = async (version: string) => {
    const before = await state();
    const message = await planRelease(repository.path, version).then(
      () => 'it was planned',
      (error: Error) => error.message,
    );
    expect(await state()).toEqual(before);
    return message;
  };

  it.each(['', 'v1.2.3', '1.2', '1.2.3.4', '01.2.3', '1.2.3-beta', '1.2.3-rc.0', '1.2.3+5', '1.2.3; ls'])(
    'for %o, which is no version',
    async (version) => {
      expect(await refusal(version)).toContain('is no version: write X.Y.Z or X.Y.Z-rc.N');
    },
  );

  it('where the work tree is not clean, and the files are named', async () => {
    await repository.announce('9.0.0');
    await repository.edit('package.json', (text) => `${text}\n`);
    expect(await refusal('9.0.0')).toBe(
      'the work tree is not clean; commit or remove first:\n  M package.json',
    );
  });

  it('where no branch is checked out', async () => {
    await repository.announce('9.0.0');
    await repository.git('checkout', '--quiet', '--detach');
    expect(await refusal('9.0.0')).toContain('no branch is checked out');
  });

  it.each(['1.2.3', '1.2.3-rc.9', '1.2.2', '1.1.9', '0.9.9'])('for %s after 1.2.3', async (version) => {
    await repository.git('tag', 'v1.2.3');
    expect(await refusal(version)).toContain(`${version} is not greater than the tag v1.2.3`);
  });

  it('for a smaller version than the files carry', async () => {
    expect(await refusal('0.0.1')).toMatch(/^0[.]0[.]1 is smaller than \d/m);
  });

  it('where the changelog does not say what is in it', async () => {
    expect(await refusal('9.0.0')).toBe("CHANGELOG.md has no text under '## [9.0.0] - YYYY-MM-DD'");
    await repository.announce('9.0.0', '');
    expect(await refusal('9.0.0')).toBe("CHANGELOG.md has no text under '## [9.0.0] - YYYY-MM-DD'");
  });

  it('for every cause at once', async () => {
    await repository.git('tag', 'v9.1.0');
    await repository.edit('package.json', (text) => text.replace(/"version": "[^"]*"/, '"version": "0.0.7"'));
    expect((await refusal('9.0.0')).split('\n')).toEqual([
      'the work tree is not clean; commit or remove first:',
      '  M package.json',
      expect.stringMatching(/^package-lock[.]json:3 has \S+, not 0[.]0[.]7$/),
      expect.stringMatching(/^package-lock[.]json:\d+ has \S+, not 0[.]0[.]7$/),
      expect.stringMatching(/^charts[/]approvalgate[/]Chart[.]yaml:\d+ has \S+, not 0[.]0[.]7$/),
      expect.stringMatching(/^charts[/]approvalgate[/]Chart[.]yaml:\d+ has \S+, not 0[.]0[.]7$/),
      expect.stringMatching(/^README[.]md:\d+ has \S+, not 0[.]0[.]7$/),
      expect.stringMatching(/^docs[/]install[.]md:\d+ has \S+, not 0[.]0[.]7$/),
      '9.0.0 is not greater than the tag v9.1.0',
      "CHANGELOG.md has no text under '## [9.0.0] - YYYY-MM-DD'",
    ]);
  });
});

describe('the check of versions', () => {
  it('finds nothing where they are in step, and what is not that of a tag', async () => {
    const [current = ''] = await versions();
    expect(await faultsOf(repository.path)).toEqual([]);
    expect(await faultsOf(repository.path, `v${current}`)).toEqual([]);
    expect(await faultsOf(repository.path, 'v8.8.8')).toHaveLength(7);
  });

  it('names a place that has lost its version', async () => {
    await repository.edit('charts/approvalgate/Chart.yaml', (text) => text.replace(/^appVersion.*\n/m, ''));
    await expect(faultsOf(repository.path)).rejects.toThrow(
      'charts/approvalgate/Chart.yaml has no version where',
    );
  });
});

describe('this repository', () => {
  it('has one version everywhere and a changelog of its form', async () => {
    const root = join(import.meta.dirname, '..', '..');
    expect(await faultsOf(root)).toEqual([]);
    expect(await readFile(join(root, 'CHANGELOG.md'), 'utf8')).toContain('## [Unreleased]');
  });
});
