import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from './cluster.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { runProgram } from './processes.ts';

/** Every program of a control plane has its folder on its command line. */
async function processesOf(folder: string): Promise<string[]> {
  const { stdout } = await runProgram('ps', ['-eo', 'pid,args']);
  return stdout.split('\n').filter((line) => line.includes(folder));
}

describe('a control plane', () => {
  let cluster: ControlPlane;

  beforeAll(async () => {
    cluster = await startControlPlane();
    await cluster.mustKubectl(['create', 'namespace', 'billing']);
  });

  afterAll(() => cluster?.stop());

  test('is a Kubernetes that CRD rules and policies work on', async () => {
    const served = await cluster.mustKubectl(['version', '-o', 'json']);
    expect(JSON.parse(served).serverVersion.gitVersion).toMatch(/^v1\.(3[2-9]|[4-9]\d)\./);
  });

  test('refuses a person who has no rights, in RBAC’s words', async () => {
    const kubeconfig = await cluster.person('mia');
    const { code, stderr } = await cluster.kubectl(['get', 'pods', '-n', 'billing'], { kubeconfig });
    expect(code).not.toBe(0);
    expect(stderr).toContain('User "mia" cannot list resource "pods"');
  });

  test('lets a person do what a group of theirs may', async () => {
    const kubeconfig = await cluster.person('tom', ['finance', 'managers']);
    const bind = ['create', 'rolebinding', 'view', '-n', 'billing', '--clusterrole=cm', '--group=managers'];
    await cluster.mustKubectl(['create', 'clusterrole', 'cm', '--verb=list', '--resource=configmaps']);
    await cluster.mustKubectl(bind);
    await expect(
      cluster.mustKubectl(['get', 'configmaps', '-n', 'billing'], { kubeconfig }),
    ).resolves.toBeDefined();
  });

  test('knows a service account by its token', async () => {
    const kubeconfig = await cluster.serviceAccount('billing', 'refund-bot');
    const who = await cluster.mustKubectl(['auth', 'whoami', '-o', 'json'], { kubeconfig });
    expect(JSON.parse(who).status.userInfo.username).toBe('system:serviceaccount:billing:refund-bot');
    await expect(cluster.serviceAccount('billing', 'refund-bot')).resolves.toBeDefined();
  });

  test('can be connected to by a kubeconfig and context, as any cluster', async () => {
    const known = await connect({ kubeconfig: cluster.kubeconfig, context: 'context' });
    expect(known.server).toBe(cluster.server);
    expect(await known.mustKubectl(['get', 'namespace', 'billing'])).toContain('billing');
    const kubeconfig = await known.serviceAccount('billing', 'clerk');
    await known.close();
    expect([kubeconfig, known.folder, cluster.kubeconfig].map(existsSync)).toEqual([false, false, true]);
    await expect(connect({ kubeconfig: cluster.kubeconfig, context: 'nowhere' })).rejects.toThrow('nowhere');
  });
});

describe('nothing is left', () => {
  test('of a control plane that is stopped: no process, no file, none of its kubeconfigs', async () => {
    const cluster = await startControlPlane();
    const folder = dirname(cluster.kubeconfig);
    const mia = await cluster.person('mia');
    expect(await processesOf(folder)).not.toEqual([]);
    await cluster.stop();
    expect(await processesOf(folder)).toEqual([]);
    expect([folder, mia].filter(existsSync)).toEqual([]);
  });

  test('running of one whose parent was killed', async () => {
    const module = join(import.meta.dirname, 'control-plane.ts');
    const script = `const { startControlPlane } = await import(${JSON.stringify(module)});
      console.log((await startControlPlane()).kubeconfig);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [kubeconfig] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const folder = dirname(kubeconfig);
    expect(await processesOf(folder)).not.toEqual([]);
    parent.kill('SIGKILL');
    await expect.poll(() => processesOf(folder), { interval: 200 }).toEqual([]);
    await rm(folder, { recursive: true, force: true });
  });
});
