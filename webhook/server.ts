import { createServer } from 'node:https';
import type { Express } from 'express';
import { drainable } from '../operator/drain.ts';
import type { Logger } from '../operator/log.ts';
import { certificateFiles, readCertificate, reloadOnChange } from './certificate.ts';

/** As controller-runtime; Node's own 5 s make the API server open a connection for every burst. */
const KEEP_ALIVE_MS = 90_000;
const HEADERS_MS = 32_000;

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
  /** Stops accepting, answers what has been asked, and resolves when every connection is closed. */
  stop(): Promise<void>;
}

/** @throws Error naming the file when the certificate cannot be read, or the port when it is taken. */
export async function serveHttps(app: Express, options: ServerOptions): Promise<RunningServer> {
  const files = certificateFiles(options.certDir);
  const server = createServer(readCertificate(files), app);
  const drain = drainable(server);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const stopReloading = reloadOnChange(server, files, options.log);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async stop() {
      stopReloading();
      await drain();
    },
  };
}
