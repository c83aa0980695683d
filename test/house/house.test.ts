import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const DECLARED =
  /^export (?:async )?(?:abstract )?(?:function\*?|const|class|interface|type) ([A-Za-z_$][\w$]*)/gm;

const GENERATED = ['crds/limits.ts', 'crds/types.ts'];

function productFiles(): string[] {
  return globSync('{crds,operator,webhook}/**/*.ts', { exclude: (path) => path.endsWith('.test.ts') });
}

/** What each file of the product declares for others. */
function exportedNames(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of productFiles()) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(DECLARED)) {
      found.set(name, [...(found.get(name) ?? []), file]);
    }
  }
  return found;
}

it('gives each exported name one meaning: no two files of the product declare it', () => {
  const names = exportedNames();
  expect(names.size).toBeGreaterThan(500);
  expect([...names].filter(([, files]) => files.length > 1)).toEqual([]);
});

it('keeps each file of the product short enough to be read at once: 200 lines', () => {
  const long = productFiles().filter((file) => readFileSync(file, 'utf8').split('\n').length - 1 > 200);
  expect(long.filter((file) => !GENERATED.includes(file))).toEqual([]);
});
