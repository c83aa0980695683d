import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Missing } from './names.ts';

/** The page whose table says what each folder is. */
export const MAP = 'docs/architecture.md';

/** Folders of which each folder has a place in the map. */
const MAPPED = ['operator', 'test', 'tools'];

/** Folders that the map leaves out. A folder is named by its path, or by its name in the row of the one around it. */
export function unmapped(folders: ReadonlyMap<string, readonly string[]>, text: string): Missing[] {
  return [...folders].flatMap(([around, names]) => {
    const row = new RegExp(`^\\| \`${around}/\` \\|.*$`, 'm').exec(text)?.[0] ?? '';
    return names
      .filter((name) => !text.includes(`\`${around}/${name}/\``) && !row.includes(`\`${name}\``))
      .map((name) => ({ page: MAP, name: `${around}/${name}/` }));
  });
}

/** The folders of a repository that the map must have, by the folder around them. */
export function mappedFolders(repository: string): Map<string, string[]> {
  return new Map(
    MAPPED.map((around) => [
      around,
      readdirSync(join(repository, around), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name),
    ]),
  );
}
