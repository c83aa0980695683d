import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Authority } from '../../tools/cluster/pki.ts';
import { authority, DAY_MS, later, serving } from '../support/certificates.ts';

/** An API server that counts who calls it, and answers nobody. */
let api: Server;
let calls = 0;
let folder: string;
const port = () => (api.address() as AddressInfo).port;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'approvalgate-flags-'));
  api = createServer(() => {
    calls += 1;
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const kubeconfig = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: `http://127.0.0.1:${port()}` } }],
    users: [{ name: 'u', user: { token: 't' } }],
  };
  writeFileSync(join(folder, 'config'), JSON.stringify(kubeconfig));
  writeFileSync(
    join(folder, 'broken'),
    JSON.stringify({ ...kubeconfig, users: [] }).replace('http:', 'https:'),
  );
  const [one, other] = await Promise.all(
    ['a', 'b'].map(async (name) => (await Authority.create(name)).issue({ name })),
  );
  for (const [name, key] of [
    ['good', one?.key],
    ['mixed', other?.key],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'tls.crt'), one?.certificate ?? '');
    writeFileSync(join(folder, name, 'tls.key'), key ?? '');
  }
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'ended'));
  const ended = await serving(await authority(), later(-365 * DAY_MS));
  writeFileSync(join(folder, 'ended', 'tls.crt'), String(ended.certificate));
  writeFileSync(join(folder, 'ended', 'tls.key'), ended.key);
});

afterAll(() => {
  api.closeAllConnections();
  api.close();
  rmSync(folder, { recursive: true });
});

/** The operator with these flags besides good ones; `IN` is the folder, `PORT` a port that is taken. */
function start(flags: readonly string[]) {
  const good = ['--kubeconfig', 'IN/config', '--host', '127.0.0.1', '--port', '0', '--webhook-port', '0'];
  const certificate = ['--webhook-cert-dir', 'IN/good', '--slack-transport', 'off'];
  const args = [...good, ...certificate, ...flags].map((flag) =>
    flag.replace('IN/', `${folder}/`).replace('PORT', String(port())),
  );
  return spawn(process.execPath, ['operator/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(flags: readonly string[]) {
  const child = start(flags);
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { said, code };
}

it.each([
  [['--webhook-cert-dir', 'IN/nowhere'], /^--webhook-cert-dir: ENOENT.*tls.crt/],
  [['--webhook-cert-dir', 'IN/empty'], /^--webhook-cert-dir: ENOENT.*tls.crt/],
  [['--webhook-cert-dir', 'IN/config'], /^--webhook-cert-dir: ENOTDIR/],
  [
    ['--webhook-cert-dir', 'IN/mixed'],
    /^--webhook-cert-dir: tls.crt and tls.key in .* cannot be used: .*mismatch/,
  ],
  [['--slack-transport', 'socket', '--slack-secret-dir', 'IN/nowhere'], /^--slack-secret-dir: ENOENT/],
  [['--kubeconfig', 'IN/nowhere'], /^--kubeconfig: no cluster is configured: .*ENOENT/],
  [['--kubeconfig', 'IN/broken'], /^--kubeconfig: .*'u' is not among the users/],
  [['--context', 'other'], /^--context: 'other' is not among the contexts/],
  [['--port', 'PORT'], /^--port: listen EADDRINUSE/],
  [['--webhook-port', 'PORT'], /^--webhook-port: listen EADDRINUSE/],
  [['--slack-transport', 'http', '--slack-port', 'PORT'], /^--slack-port: listen EADDRINUSE/],
  [['--host', '192.0.2.1'], /^--host: listen EADDRNOTAVAIL/],
  [['--host', 'no-such.invalid'], /^--host: getaddrinfo/],
  [['--roles', 'webhook,juggler'], /^--roles: 'juggler'/],
])('the flags %j end the operator with 2 before it has called anybody', async (flags, said) => {
  const ended = await run(flags);
  expect(ended).toEqual({ said: expect.stringMatching(said), code: 2 });
  expect(calls).toBe(0);
});

it.each([
  ['is ready, and asks nobody whether it may write', 'IN/good', 200, /^ok\n$/],
  [
    'is not ready where its certificate has ended',
    'IN/ended',
    503,
    /^the certificate is valid from .* to .* alone\n$/,
  ],
])('a process that only serves admission %s', async (_, folder, status, said) => {
  const child = start(['--roles', 'webhook', '--webhook-cert-dir', folder]);
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const { health, level } = JSON.parse(line) as { health?: number; level: number };
    expect(level).toBeLessThan(40);
    if (health === undefined) continue;
    const answer = await fetch(`http://127.0.0.1:${health}/readyz`);
    expect([answer.status, await answer.text(), calls]).toEqual([status, expect.stringMatching(said), 0]);
    child.kill();
  }
});

it('an operator that is told to stop while it still starts does so, and is not killed', async () => {
  const child = start(['--slack-transport', 'socket', '--leader-elect']);
  // It misses Slack's secrets before it listens anywhere.
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
