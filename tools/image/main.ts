import { parseArgs } from 'node:util';
import { UsageError } from '../../operator/errors.ts';
import { buildImage } from './image.ts';

const USAGE = `usage: make image, or: node tools/image/main.ts [flags]

  --tag NAME          of the image (default: localhost/approvalgate)
  --base IMAGE        what it runs on; default: as the Dockerfile says
  --build-base IMAGE  where the bundle is made; default: as the Dockerfile says
  --archive FILE      write the image to an OCI archive too
`;

const { values } = parseArgs({
  options: {
    tag: { type: 'string', default: 'localhost/approvalgate' },
    base: { type: 'string' },
    'build-base': { type: 'string' },
    archive: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else await main();

async function main(): Promise<void> {
  const { tag, base, 'build-base': buildBase, archive } = values;
  try {
    await buildImage({ tag, base, buildBase, archive });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}
