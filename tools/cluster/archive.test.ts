import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Archive, fetchArchive, publishedArchive } from './archive.ts';
import { freePort, runProgram } from './processes.ts';

let scratch: string;
let folder: string;
let bytes: Buffer;
let server: Server | undefined;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'approvalgate-archive-'));
  folder = join(scratch, 'unpacked');
  await mkdir(join(scratch, 'controller-tools', 'envtest'), { recursive: true });
  for (const name of ['etcd', 'kube-apiserver', 'kubectl']) {
    await writeFile(join(scratch, 'controller-tools', 'envtest', name), `this is ${name}`);
  }
  await runProgram('tar', ['-czf', join(scratch, 'a.tar.gz'), '-C', scratch, 'controller-tools']);
  bytes = await readFile(join(scratch, 'a.tar.gz'));
});

afterEach(async () => {
  server?.close();
  await rm(scratch, { recursive: true, force: true });
});

async function serve(answer: RequestListener): Promise<Archive> {
  server = createServer(answer);
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${port}/a.tar.gz`,
    sha512: createHash('sha512').update(bytes).digest('hex'),
  };
}

test('the binaries of an archive with the pinned digest are unpacked, without its folders', async () => {
  const archive = await serve((_request, response) => response.end(bytes));
  await fetchArchive(archive, folder);
  expect((await readdir(folder)).sort()).toEqual(['etcd', 'kube-apiserver', 'kubectl']);
  expect(await readFile(join(folder, 'etcd'), 'utf8')).toBe('this is etcd');
});

test('an archive with another digest is refused, and nothing of it reaches the disk', async () => {
  const archive = await serve((_request, response) => response.end(Buffer.concat([bytes, Buffer.from([0])])));
  await expect(fetchArchive(archive, folder)).rejects.toThrow(`not the pinned ${archive.sha512}`);
  expect(await readdir(scratch)).not.toContain('unpacked');
});

test('an archive that is not there is an error with its status', async () => {
  const archive = await serve((_request, response) => response.writeHead(404).end());
  await expect(fetchArchive(archive, folder)).rejects.toThrow('HTTP 404');
});

test('a server that never answers is given up', async () => {
  const archive = await serve(() => undefined);
  await expect(fetchArchive(archive, folder)).rejects.toThrow('no answer');
  server?.closeAllConnections();
});

test('what is pinned for Linux is a full SHA-512 of a released version', () => {
  const archive = publishedArchive();
  if (process.platform !== 'linux') return expect(archive).toBeUndefined();
  expect(archive?.url).toMatch(/\/envtest-v1\.\d+\.\d+\/envtest-v1\.\d+\.\d+-linux-(amd64|arm64)\.tar\.gz$/);
  expect(archive?.sha512).toMatch(/^[0-9a-f]{128}$/);
});
