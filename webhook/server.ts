import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { connect } from 'node:tls';
import type { Express } from 'express';
import { drainable } from '../operator/drain.ts';
import { answerNoHttp, HTTP_LIMITS } from '../operator/http-limits.ts';
import type { Logger } from '../operator/log.ts';
import type { CertificateSource, KeyPair } from './certificate.ts';
import { certificateExpiration } from './metrics.ts';

/** As in controller-runtime. With Node's own 5 s the API server would open a connection for every burst. */
const KEEP_ALIVE_MS = 90_000;
/** A connection that does not finish its TLS handshake; Node's own are 120 s. */
const HANDSHAKE_MS = 10_000;
/** One of our own takes milliseconds. */
const SHOWN_MS = 2_000;

interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** While it has none, handshakes fail. */
  readonly certificate: CertificateSource;
  readonly log: Logger;
  /** Shorter ones, for tests. */
  readonly limits?: Partial<Limits>;
}

type Limits = Record<keyof typeof HTTP_LIMITS | 'handshakeTimeout', number>;

export interface RunningServer {
  readonly port: number;
  /** The certificate that a new connection is shown. @throws Error that says why none is */
  shown(): Promise<X509Certificate>;
  /** Stops accepting, answers what has been asked, and resolves when every connection is closed. */
  stop(): Promise<void>;
}

/** @throws Error naming the file when the certificate cannot be read, or the port when it is taken. */
export async function serveHttps(app: Express, options: ServerOptions): Promise<RunningServer> {
  const { certificate, host, log } = options;
  const pair = certificate.current();
  const server = createServer(
    {
      ...HTTP_LIMITS,
      handshakeTimeout: HANDSHAKE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      ...options.limits,
      ...pair,
    },
    app,
  );
  if (pair) expires(pair);
  const drain = drainable(server);
  answerNoHttp(server);
  const stopFollowing = certificate.follow((next) => {
    server.setSecureContext({ cert: next.cert, key: next.key });
    expires(next);
    log.info('the webhook serves a new certificate');
  });
  const port = await listen(server, host, options.port);
  return {
    port,
    shown: () => shownCertificate(host, port),
    async stop() {
      stopFollowing();
      await drain();
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function expires({ cert }: KeyPair): void {
  certificateExpiration.set(new X509Certificate(cert).validToDate.getTime() / 1000);
}

/** By a handshake, so that it is also known that the listener makes them. Whether it is trusted is asked elsewhere. */
function shownCertificate(host: string, port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: reachable(host), port, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate) resolve(certificate);
      else reject(new Error('the webhook shows no certificate'));
      socket.destroy();
    });
    socket.setTimeout(SHOWN_MS, () => socket.destroy(new Error('the webhook makes no TLS handshake')));
    socket.on('error', reject);
  });
}

/** The address of a listener that listens on all. */
function reachable(host: string): string {
  return { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
}
