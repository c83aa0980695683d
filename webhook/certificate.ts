import { readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:https';
import { join } from 'node:path';
import { toError } from '../operator/errors.ts';
import type { Logger } from '../operator/log.ts';

const RELOAD_MS = 1_000;

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export function certificateFiles(folder: string): CertificateFiles {
  return { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
}

/** @throws Error naming the file that cannot be read. */
export function readCertificate({ cert, key }: CertificateFiles): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/**
 * Gives the server a new certificate when the files change, until the returned function is called; open connections
 * stay. Looks every second: a mounted Secret changes by a swapped link, which file events miss. While the files do not
 * fit each other, as between two writes, the old certificate stays.
 */
export function reloadOnChange(server: Server, files: CertificateFiles, log: Logger): () => void {
  let [served, failed] = [versionOf(files), ''];
  const timer = setInterval(() => {
    const version = versionOf(files);
    if (version === served) return;
    try {
      server.setSecureContext(readCertificate(files));
      served = version;
      log.info('the webhook serves a new certificate');
    } catch (error) {
      if (version === failed) return;
      failed = version;
      log.warn({ error: toError(error).message }, 'the new certificate cannot be used; the old one stays');
    }
  }, RELOAD_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function versionOf({ cert, key }: CertificateFiles): string {
  return [cert, key].map(fileVersion).join(' ');
}

/** Never throws: what cannot be looked at is a version of its own, and reading it says why. */
function fileVersion(file: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(file);
    return `${ino}:${mtimeMs}:${size}`;
  } catch {
    return 'unreadable';
  }
}
