import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from '../cluster/binaries.ts';
import { ownProgram } from '../cluster/own-programs.ts';
import { buildDebianImage, IMAGE_PACKAGES } from '../image/debian-image.ts';
import { FAKETIME_LIBRARY } from '../node/faketime.ts';
import { NODE_BINARIES } from '../node/node.ts';
import { lacking } from '../node/requirements.ts';
import type { Run } from './summary.ts';
import { runVitest } from './vitest.ts';

/** As test/e2e/support/world.ts asks for it. */
const IMAGE = 'localhost/approvalgate:e2e';
const ARCHIVE_VARIABLE = 'APPROVALGATE_IMAGE_ARCHIVE';

/**
 * The tests of the image, and of the node itself, which look from outside at what it leaves; then, in namespaces of their own, those of the
 * product on one node. Whatever has to be fetched or built is, before: the namespaces have no way out.
 * @param filters files, as vitest takes them
 */
export async function testOnNode(filters: readonly string[]): Promise<Run[]> {
  const reason = await lacking({ ...IMAGE_PACKAGES, [FAKETIME_LIBRARY]: 'libfaketime' });
  if (reason !== undefined) return [{ skipped: `the tests on a real node: ${reason}` }];
  await findBinaries(NODE_BINARIES);
  await ownProgram('pause');
  const wanted = (folder: string) => filters.length === 0 || filters.some((each) => each.startsWith(folder));
  return [
    ...(wanted('tools/')
      ? [await runVitest({ name: 'node', filters: ['--project', 'node', ...filters] })]
      : []),
    ...(wanted('test/e2e') ? [await testRelease(filters)] : []),
  ];
}

async function testRelease(filters: readonly string[]): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-e2e-'));
  try {
    const archive = join(folder, 'image.tar');
    await buildDebianImage(archive, IMAGE);
    process.env[ARCHIVE_VARIABLE] = archive;
    return await runVitest({ name: 'e2e', filters: ['--project', 'e2e', ...filters], inNamespaces: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}
