import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Authority } from '../../tools/cluster/pki.ts';
import { rendered } from '../support/chart.ts';

const PROXIED = join(import.meta.dirname, '..', '..', 'operator', 'slack', 'connection', 'proxied.ts');

/** What the operator's door to Slack says to a server, in a process of its own. */
function call(url: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const script = `const { proxiedFetch } = await import('${PROXIED}');
    const answer = await proxiedFetch('${url}').catch((error) => ({ text: () => 'refused: ' + error.cause?.code }));
    console.log(await answer.text());`;
  const args = ['--input-type=module', '--eval', script];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env: { ...process.env, ...environment } }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
  });
}

it('extraCA is trusted on the way to Slack, by the variable that the chart sets', async () => {
  const authority = await Authority.create('corporate');
  const { certificate: cert, key } = await authority.issue({ name: 'slack', hosts: ['localhost'] });
  const server = createServer({ cert, key }, (_, response) => response.end('served')).listen(0, 'localhost');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-ca-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ca.crt'), authority.certificate);
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;

  const deployment = (await rendered({ extraCA: { configMap: 'corporate' } })).find(
    ({ kind }) => kind === 'Deployment',
  );
  const [variable] = deployment?.spec.template.spec.containers[0].env ?? [];
  expect(variable).toEqual({ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/approvalgate/ca/ca.crt' });
  expect(await call(url, {})).toMatch(/^refused: .*(CERT|VERIFY)/u);
  expect(await call(url, { [variable.name]: join(folder, 'ca.crt') })).toBe('served');
});
