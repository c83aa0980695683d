import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import type { Express } from 'express';
import { toError } from '../operator/errors.ts';
import type { Logger } from '../operator/log.ts';

/** As controller-runtime; Node's own 5 s make the API server open a connection for every burst. */
const KEEP_ALIVE_MS = 90_000;
const HEADERS_MS = 32_000;
const RELOAD_MS = 1_000;

export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Holds tls.crt and tls.key. */
  readonly certDir: string;
  readonly log: Logger;
}

export interface RunningServer {
  readonly port: number;
  /** Stops accepting and resolves when the last answer is sent. */
  stop(): Promise<void>;
}

/** @throws Error naming the file when the certificate cannot be read. */
export async function serveHttps(app: Express, options: ServerOptions): Promise<RunningServer> {
  const files = certificateFiles(options.certDir);
  const server = createServer(read(files), app);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_MS;
  const stopReloading = reloadOnChange(server, files, options.log);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    port,
    async stop() {
      stopReloading();
      server.closeIdleConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

function certificateFiles(folder: string): CertificateFiles {
  return { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
}

function read({ cert, key }: CertificateFiles): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/** Looks at the files every second: a mounted Secret changes by a swapped link, which file events miss. */
function reloadOnChange(server: Server, files: CertificateFiles, log: Logger): () => void {
  let seen = version(files);
  const timer = setInterval(() => {
    try {
      const now = version(files);
      if (now === seen) return;
      server.setSecureContext(read(files));
      seen = now;
      log.info('the webhook serves a new certificate');
    } catch (error) {
      log.warn({ error: toError(error).message }, 'the new certificate cannot be used; the old one stays');
    }
  }, RELOAD_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function version({ cert, key }: CertificateFiles): string {
  return [cert, key].map((file) => `${statSync(file).mtimeMs} ${statSync(file).ino}`).join(' ');
}
