import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Authority } from '../tools/cluster/pki.ts';
import { CertificateFolder } from './certificate.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'approvalgate-certificate-'));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('says once of a certificate that it cannot be used, takes the next, and looks no more when told', async () => {
  const issued = await (await Authority.create('test')).issue({ name: 'a.example', hosts: ['a.example'] });
  vi.useFakeTimers();
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push((JSON.parse(line) as { msg: string }).msg) });
  const write = (cert: string, key: string) => {
    writeFileSync(join(folder, 'tls.crt'), cert);
    writeFileSync(join(folder, 'tls.key'), key);
  };
  write(issued.certificate, issued.key);
  const certificate = new CertificateFolder(folder, log);
  certificate.current();
  const used: string[] = [];
  const stop = certificate.follow((pair) => {
    createSecureContext({ cert: pair.cert, key: pair.key });
    used.push(String(pair.cert));
  });
  write('no PEM', 'no PEM');
  vi.advanceTimersByTime(3_000);
  expect(lines).toEqual(['the new certificate cannot be used; the old one stays']);
  expect(used).toEqual([]);
  write(issued.certificate, issued.key);
  vi.advanceTimersByTime(1_000);
  expect(used).toEqual([issued.certificate]);
  stop();
  write('no PEM', 'no PEM');
  vi.advanceTimersByTime(3_000);
  expect(lines).toHaveLength(1);
});
