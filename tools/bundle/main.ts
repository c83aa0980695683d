import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBundle } from './bundle.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

const { outputs } = await writeBundle(join(REPOSITORY, 'dist'));
for (const path of Object.keys(outputs)) {
  const { size } = await stat(join(REPOSITORY, path));
  console.log(`${path.padEnd(40)} ${Math.round(size / 1000)} kB`);
}
