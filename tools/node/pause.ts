import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownProgram } from '../cluster/own-programs.ts';
import { runProgram } from '../cluster/processes.ts';

export const PAUSE_IMAGE = 'localhost/pause:1';

/** Go's names of the machines, by Node's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Packs the container that every Pod has beside its own as an OCI archive, in a folder that is there; gives its path. */
export async function packPause(folder: string): Promise<string> {
  const [root, layout] = [join(folder, 'pause-root'), join(folder, 'pause-layout')];
  const blobs = join(layout, 'blobs', 'sha256');
  await mkdir(root);
  await mkdir(blobs, { recursive: true });
  await copyFile(await ownProgram('pause'), join(root, 'pause'));
  const layerFile = join(folder, 'pause-layer.tar');
  await runProgram('tar', ['-cf', layerFile, '-C', root, 'pause']);
  const layer = await addBlob(blobs, await readFile(layerFile), 'layer.v1.tar');
  const config = await addBlob(blobs, imageConfig(layer.digest), 'config.v1+json');
  const manifest = await addBlob(
    blobs,
    json({ schemaVersion: 2, config, layers: [layer] }),
    'manifest.v1+json',
  );
  const annotations = { 'io.containerd.image.name': PAUSE_IMAGE };
  await writeFile(
    join(layout, 'index.json'),
    json({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  );
  await writeFile(join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  const archive = join(folder, 'pause.tar');
  await runProgram('tar', ['-cf', archive, '-C', layout, '.']);
  return archive;
}

function imageConfig(layerDigest: string): Buffer {
  return json({
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    config: { Entrypoint: ['/pause'] },
    rootfs: { type: 'layers', diff_ids: [layerDigest] },
  });
}

async function addBlob(blobs: string, bytes: Buffer, type: string) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(blobs, hash), bytes);
  return { mediaType: `application/vnd.oci.image.${type}`, digest: `sha256:${hash}`, size: bytes.length };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
