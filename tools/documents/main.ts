import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingChores, missingNames, pagesOf } from './names.ts';

/** Ends with 1 where a page names a path or a chore that is not there. */
const repository = join(import.meta.dirname, '..', '..');
const makefile = readFileSync(join(repository, 'Makefile'), 'utf8');
const missing = pagesOf(repository).flatMap((page) => {
  const text = readFileSync(join(repository, page), 'utf8');
  return [...missingNames(repository, page, text), ...missingChores(makefile, page, text)];
});
for (const { page, name } of missing) console.error(`${page} names ${name}, which is not there`);
if (missing.length > 0) process.exitCode = 1;
