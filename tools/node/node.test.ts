import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { runProgram } from '../cluster/processes.ts';

/** A process of its own that starts the fixture in namespaces, as a run of tests does. */
function startRun(...args: readonly string[]) {
  const module = JSON.stringify(join(import.meta.dirname, 'namespaces.ts'));
  const command = JSON.stringify([process.execPath, join(import.meta.dirname, 'fixture.ts'), ...args]);
  const script = `const { inNamespaces } = await import(${module});
    const child = await inNamespaces(${command});
    child.once('exit', (code) => process.exit(code));`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What a node could leave on the machine itself. */
async function traces(folder: string) {
  const [links, filters, groups] = await Promise.all([
    runProgram('ip', ['-oneline', 'link']),
    runProgram('iptables-save', []),
    runProgram('find', ['/sys/fs/cgroup', '-name', basename(folder)]),
  ]);
  return {
    links: links.stdout,
    filters: filters.stdout.replaceAll(/^#.*\n/gm, ''),
    groups: groups.stdout,
    mounts: (await readFile('/proc/mounts', 'utf8')).includes(folder),
    folder: existsSync(folder),
    panic: await readFile('/proc/sys/kernel/panic', 'utf8'),
  };
}

/** Ids of the processes in the namespace of the one that has the folder on its command line. */
async function namespaceOf(folder: string): Promise<string> {
  for (const id of await processIds()) {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (line.includes('init.sh') && line.includes(folder) && !line.startsWith('unshare'))
      return (await namespace(id)) ?? '';
  }
  throw new Error(`nothing runs in namespaces with ${folder}`);
}

async function processesIn(wanted: string): Promise<string[]> {
  const found = await Promise.all((await processIds()).map(async (id) => [id, await namespace(id)] as const));
  return found.filter(([, name]) => name === wanted).map(([id]) => id);
}

async function processIds(): Promise<string[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
}

function namespace(id: string): Promise<string | undefined> {
  return readlink(`/proc/${id}/ns/pid`).catch(() => undefined);
}

const NOTHING = '/nowhere/approvalgate-node-none';

test('a node runs Pods, survives what is done to it, and leaves nothing when it ends', async () => {
  const before = await traces(NOTHING);
  const run = startRun();
  const [told, [code]] = await Promise.all([text(run.stdout), once(run, 'exit')]);
  const [first = '', ...lines] = told.trim().split('\n');
  expect(lines).toEqual([
    'runs',
    'by the Service: ok',
    'logs: ',
    'starts with a new kubelet: 0',
    'starts after SIGKILL: 1',
    'stopped',
  ]);
  expect(code).toBe(3);
  expect(await traces(first.replace('folder ', ''))).toEqual(before);
});

test('a node leaves nothing when the run that started it is killed', async () => {
  const before = await traces(NOTHING);
  const run = startRun('stay');
  const lines = createInterface(run.stdout);
  const told: string[] = [];
  lines.on('line', (line) => told.push(line));
  await expect.poll(() => told.at(-1), { timeout: 180_000 }).toBe('runs');
  const folder = (told[0] ?? '').replace('folder ', '');
  const name = await namespaceOf(folder);
  // kubelet, containerd and its shim, the Pod's two, the control plane, and what watches over each.
  expect((await processesIn(name)).length).toBeGreaterThan(10);
  expect((await traces(folder)).groups).toContain(basename(folder));
  run.kill('SIGKILL');
  await expect.poll(() => processesIn(name)).toEqual([]);
  await expect.poll(() => traces(folder)).toEqual(before);
});
