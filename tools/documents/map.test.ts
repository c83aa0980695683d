import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mappedFolders, unmapped } from './map.ts';

const FOLDERS = new Map([
  ['operator', ['decision', 'reviews']],
  ['tools', ['demo', 'bench']],
]);

it('a folder without a place in the map is found', () => {
  const text =
    '| `operator/decision/` | the decision |\n| `tools/` | `demo` |\n| `test/` | `bench`, `reviews` |\n';
  expect(unmapped(FOLDERS, text).map(({ name }) => name)).toEqual(['operator/reviews/', 'tools/bench/']);
});

it('none is where each has a row, or a name in the row of the folder around it', () => {
  const text =
    '| `operator/decision/`, `operator/reviews/` | both |\n| `tools/` | `demo` (shows it), `bench` |\n';
  expect(unmapped(FOLDERS, text)).toEqual([]);
});

it('the folders are those of the repository', () => {
  const folders = mappedFolders(join(import.meta.dirname, '..', '..'));
  expect(folders.get('operator')).toContain('decision');
  expect(folders.get('test')).toContain('model');
  expect(folders.get('tools')).toContain('documents');
});
