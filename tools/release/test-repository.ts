import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { git } from './git.ts';

const PRODUCT = join(import.meta.dirname, '..', '..');

/** A git repository in a folder of its own, for tests: one commit on `main` with the files that carry the version. */
export class TestRepository {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<TestRepository> {
    const repository = new TestRepository(await mkdtemp(join(tmpdir(), 'approvalgate-release-')));
    for (const file of [
      'package.json',
      'package-lock.json',
      'charts/approvalgate/Chart.yaml',
      'README.md',
      'docs/install.md',
      'CHANGELOG.md',
    ]) {
      await mkdir(dirname(join(repository.path, file)), { recursive: true });
      await cp(join(PRODUCT, file), join(repository.path, file));
    }
    await writeFile(join(repository.path, 'CHANGELOG.md'), '# Changelog\n\n## [Unreleased]\n');
    await repository.git('init', '--quiet', '--initial-branch=main');
    await repository.git('config', 'user.name', 'Mia');
    await repository.git('config', 'user.email', 'mia@example.com');
    await repository.git('config', 'core.hooksPath', '/dev/null');
    await repository.git('config', 'commit.gpgSign', 'false');
    await repository.git('config', 'tag.gpgSign', 'false');
    await repository.commit();
    return repository;
  }

  git(...args: string[]): Promise<string> {
    return git(this.path, args);
  }

  /** Commits all that is there. */
  async commit(): Promise<void> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', 'Change what a test needs');
  }

  /** Commits a section of the changelog, above those that are there. */
  async announce(version: string, text = '### Added\n\n- A wheel.'): Promise<void> {
    const section = `\n## [${version}] - 2026-11-28\n\n${text}\n`;
    await this.edit('CHANGELOG.md', (all) => all.replace('## [Unreleased]\n', (head) => head + section));
    await this.commit();
  }

  /** Changes a file, without a commit. */
  async edit(file: string, change: (text: string) => string): Promise<void> {
    const path = join(this.path, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }

  read(file: string): Promise<string> {
    return readFile(join(this.path, file), 'utf8');
  }

  /** Makes entries of the product reachable here, unseen by git. */
  async link(...entries: string[]): Promise<void> {
    for (const entry of entries) await symlink(join(PRODUCT, entry), join(this.path, entry));
    await writeFile(
      join(this.path, '.git', 'info', 'exclude'),
      entries.map((entry) => `/${entry}\n`).join(''),
    );
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
