import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { install } from '../cluster/install.ts';
import { installedIn, uninstall } from '../cluster/uninstall.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

let cluster: ControlPlane;
let temporary: string;

beforeAll(async () => {
  // Namespaces end only where their controller runs.
  cluster = await startControlPlane({ controllerManager: true });
  temporary = await mkdtemp(join(tmpdir(), 'approvalgate-demo-test-'));
});

afterAll(async () => {
  await cluster?.stop();
  await rm(temporary, { recursive: true, force: true });
});

interface End {
  readonly code: number | null;
  readonly said: string;
}

/** The demo as `make demo CONTEXT=context` runs it; `told` hears each line. */
async function demo(
  args: readonly string[],
  told: (line: string, child: ChildProcess) => void = () => undefined,
): Promise<End> {
  const child = spawn(process.execPath, [MAIN, '--context', 'context', ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      KUBECONFIG: cluster.kubeconfig,
      TMPDIR: temporary,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface(output).on('line', (line) => {
      lines.push(line);
      told(line, child);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said: lines.join('\n') };
}

/** As a terminal tells everything that runs in its foreground, and again and again until it has ended. */
async function pressCtrlC({ pid = 0 }: ChildProcess): Promise<void> {
  try {
    for (;;) {
      await delay(700);
      process.kill(-pid, 'SIGINT');
    }
  } catch {
    // Nothing of it runs any more.
  }
}

/** What the demo could have left: in the cluster, and of files on this machine. */
async function left(): Promise<string[]> {
  const kinds = 'rolebindings,clusterrolebindings,serviceaccounts,validatingadmissionpolicybindings';
  const bound = await cluster.mustKubectl(['get', kinds, '-A', '-o', 'name']);
  const shop = await cluster.mustKubectl(['get', 'namespace', 'shop', '--ignore-not-found', '-o', 'name']);
  return [
    ...(await installedIn(cluster)),
    ...bound.split('\n').filter((name) => name.includes('approvalgate')),
    ...shop.split('\n').filter((name) => name !== ''),
    ...(await readdir(temporary)),
  ];
}

describe("in somebody's cluster, the demo", () => {
  it('leaves nothing behind at its end', async () => {
    const { code, said } = await demo(['--click', 'approve']);
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('PersonApproved') });
    expect(await left()).toEqual([]);
  });

  it.each([
    ['while it starts', /^starting/],
    ['while it waits', /nobody clicks/],
  ])('leaves nothing behind when it is stopped %s, also by an impatient person', async (_, line) => {
    const ended = demo(['--click', 'none'], (said, child) => {
      if (line.test(said)) void pressCtrlC(child);
    });
    expect(await ended).toMatchObject({ code: 130 });
    expect(await left()).toEqual([]);
  });

  it('does not start where ApprovalGate is installed, and changes nothing there', async () => {
    const webhook = { url: 'https://127.0.0.1:9', caBundle: 'AA==' };
    await install(cluster, { webhook });
    const configuration = ['get', 'mutatingwebhookconfiguration', 'approvalgate', '-o', 'json'];
    const before = await cluster.mustKubectl(configuration);
    const { code, said } = await demo(['--click', 'approve']);
    expect({ code, said }).toMatchObject({
      code: 2,
      said: expect.stringContaining('helm uninstall approvalgate'),
    });
    expect(await cluster.mustKubectl(configuration)).toBe(before);
    await uninstall(cluster, ['approvalgate']);
    expect(await left()).toEqual([]);
  });

  it('does not start where the namespace that it would remove is there already', async () => {
    await cluster.mustKubectl(['create', 'namespace', 'shop']);
    const { code, said } = await demo(['--click', 'approve']);
    expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining('namespace shop') });
    expect(await left()).toEqual(['namespace/shop']);
  });
});
