import { findBinaries } from '../cluster/binaries.ts';
import { ownProgram } from '../cluster/own-programs.ts';
import { IMAGE_PACKAGES } from '../image/debian-image.ts';
import { NODE_BINARIES } from '../node/node.ts';
import { lacking } from '../node/requirements.ts';
import type { Run } from './summary.ts';
import { runVitest } from './vitest.ts';

/**
 * The tests of the image, and of the node itself, which look from outside at what it leaves. Whatever has to be fetched or built is,
 * before: a node's namespaces have no way out.
 * @param filters files, as vitest takes them
 */
export async function testOnNode(filters: readonly string[]): Promise<Run[]> {
  const reason = await lacking(IMAGE_PACKAGES);
  if (reason !== undefined) return [{ skipped: `the tests on a real node: ${reason}` }];
  await findBinaries(NODE_BINARIES);
  await ownProgram('pause');
  return [await runVitest({ name: 'node', filters: ['--project', 'node', ...filters] })];
}
