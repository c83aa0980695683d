import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { certificateFiles, reloadOnChange, versionOf } from './certificate.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'approvalgate-certificate-'));
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('says once of a certificate that it cannot be used, tries it each second, and ends when told', () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const server = createServer();
  const files = certificateFiles(folder);
  const use = vi.spyOn(server, 'setSecureContext');
  const stop = reloadOnChange(server, { files, version: versionOf(files) }, log);
  for (const file of ['tls.crt', 'tls.key']) writeFileSync(join(folder, file), 'no PEM');
  vi.advanceTimersByTime(3_000);
  expect(use).toHaveBeenCalledTimes(3);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('the old one stays');
  stop();
  vi.advanceTimersByTime(3_000);
  expect(use).toHaveBeenCalledTimes(3);
});
