import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Authority } from '../tools/cluster/pki.ts';
import { certificateFiles, reloadOnChange, versionOf } from './certificate.ts';

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
  const files = certificateFiles(folder);
  const write = (cert: string, key: string) => {
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key);
  };
  const stop = reloadOnChange(createServer(), { files, version: versionOf(files) }, log);
  write('no PEM', 'no PEM');
  vi.advanceTimersByTime(3_000);
  expect(lines).toEqual(['the new certificate cannot be used; the old one stays']);
  write(issued.certificate, issued.key);
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(1)).toEqual(['the webhook serves a new certificate']);
  stop();
  write('no PEM', 'no PEM');
  vi.advanceTimersByTime(3_000);
  expect(lines).toHaveLength(2);
});
