import { createServer } from 'node:https';
import type { Express } from 'express';
import { drainable } from '../operator/drain.ts';
import { answerNoHttp, HTTP_LIMITS } from '../operator/http-limits.ts';
import type { Logger } from '../operator/log.ts';
import { certificateFiles, readCertificate, reloadOnChange, versionOf } from './certificate.ts';

/** As controller-runtime; Node's own 5 s make the API server open a connection for every burst. */
const KEEP_ALIVE_MS = 90_000;
/** A connection that does not finish its TLS handshake; Node's own are 120 s. */
const HANDSHAKE_MS = 10_000;

interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Holds tls.crt and tls.key. */
  readonly certDir: string;
  readonly log: Logger;
  /** Shorter ones, for tests. */
  readonly limits?: Partial<Limits>;
}

type Limits = Record<keyof typeof HTTP_LIMITS | 'handshakeTimeout', number>;

export interface RunningServer {
  readonly port: number;
  /** Stops accepting, answers what has been asked, and resolves when every connection is closed. */
  stop(): Promise<void>;
}

/** @throws Error naming the file when the certificate cannot be read, or the port when it is taken. */
export async function serveHttps(app: Express, options: ServerOptions): Promise<RunningServer> {
  const files = certificateFiles(options.certDir);
  // Before it is read: what is written meanwhile is another version.
  const version = versionOf(files);
  const server = createServer(
    {
      ...HTTP_LIMITS,
      handshakeTimeout: HANDSHAKE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      ...options.limits,
      ...readCertificate(files),
    },
    app,
  );
  const drain = drainable(server);
  answerNoHttp(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const stopReloading = reloadOnChange(server, { files, version }, options.log);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async stop() {
      stopReloading();
      await drain();
    },
  };
}
