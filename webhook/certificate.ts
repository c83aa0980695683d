import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { join } from 'node:path';
import { toError } from '../operator/errors.ts';
import { fileVersion } from '../operator/files.ts';
import type { Logger } from '../operator/log.ts';

const RELOAD_MS = 1_000;

interface CertificateFiles {
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
 * fit each other, as between two writes, the old certificate stays. `version`: of the files that the server was given.
 */
export function reloadOnChange(
  server: Server,
  { files, version }: { readonly files: CertificateFiles; readonly version: string },
  log: Logger,
): () => void {
  let [served, failed] = [version, ''];
  const timer = setInterval(() => {
    const now = versionOf(files);
    if (now === served) return;
    try {
      server.setSecureContext(readCertificate(files));
      served = now;
      log.info('the webhook serves a new certificate');
    } catch (error) {
      if (now === failed) return;
      failed = now;
      log.warn({ error: toError(error).message }, 'the new certificate cannot be used; the old one stays');
    }
  }, RELOAD_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Another text whenever one of the files is another one. */
export function versionOf({ cert, key }: CertificateFiles): string {
  return [cert, key].map((file) => fileVersion(file) ?? 'unreadable').join(' ');
}
