import { existsSync, globSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Pages that speak of the repository as it is. Decision records speak of it as it was. */
const PAGES = [
  '*.md',
  'docs/*.md',
  'docs/decisions/README.md',
  '.github/*.md',
  'charts/**/*.md',
  'examples/**/*.md',
];

/** In back quotes, and looks like a path: made of the characters of one, with a slash in it. */
const QUOTED_PATH = /`([\w.-]+(?:\/[\w.*-]+)+\/?)`/g;
const LINK = /\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g;
const MAKE = /\bmake ([a-z][a-z0-9-]*)/g;
/** Prose may say "make" of anything: only commands are chores. */
const IN_CODE = /`[^`\n]*`|^\$ .*$/gm;

/** Something that a page names and that is not there. */
export interface Missing {
  readonly page: string;
  readonly name: string;
}

/** The pages of a repository, by their paths in it. */
export function pagesOf(repository: string): string[] {
  return globSync(PAGES, { cwd: repository })
    .filter((page) => !page.includes('node_modules'))
    .sort();
}

/** Paths and chores in a page's text that the repository does not have. Short paths are of a room of the operator. */
export function missingNames(repository: string, page: string, text: string): Missing[] {
  const roots = new Set(readdirSync(repository));
  const rooms = new Set(readdirSync(join(repository, 'operator')));
  const paths = [...text.matchAll(QUOTED_PATH)].map(([, path = '']) => path);
  const spoken = paths
    .filter((path) => roots.has(first(path)) || rooms.has(first(path)))
    .filter((path) => !isThere(repository, roots.has(first(path)) ? path : join('operator', path)));
  const links = [...text.matchAll(LINK)]
    .map(([, link = '']) => link)
    .filter((link) => !existsSync(join(repository, page, '..', link)));
  return [...new Set([...spoken, ...links])].map((name) => ({ page, name }));
}

/** Chores that a page tells to run and the Makefile does not have. */
export function missingChores(makefile: string, page: string, text: string): Missing[] {
  const targets = new Set([...makefile.matchAll(/^([a-z][a-z0-9-]*):/gm)].map(([, target]) => target));
  const code = text.match(IN_CODE)?.join('\n') ?? '';
  const chores = [...code.matchAll(MAKE)].map(([, chore = '']) => chore);
  return [...new Set(chores)]
    .filter((chore) => !targets.has(chore))
    .map((name) => ({ page, name: `make ${name}` }));
}

function first(path: string): string {
  return path.split('/')[0] ?? '';
}

function isThere(repository: string, path: string): boolean {
  return path.includes('*')
    ? globSync(path, { cwd: repository }).length > 0
    : existsSync(join(repository, path));
}
