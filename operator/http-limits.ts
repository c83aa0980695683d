import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/**
 * How long a client may take, in milliseconds: for its headers, for a whole request, and how often that is looked at.
 * Node's own are 60 s, 300 s and 30 s. The API server itself waits 10 s for a webhook by default, Slack 3 s for a click.
 */
export const HTTP_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
} as const;

const ANSWERS: Readonly<Record<string, readonly [status: string, error: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request took too long to arrive'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'the extensions of a chunk are too large'],
};
const NO_HTTP = ['400 Bad Request', 'this is no HTTP request'] as const;

/** Answers in JSON what is no HTTP or comes too slowly, and ends its connection; Node itself would answer no body. */
export function answerNoHttp(server: Server | HttpsServer): void {
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket: Socket) => {
    // What breaks before HTTP, as a TLS handshake, cannot be answered by it.
    if (!/^(HPE|ERR_HTTP)_/.test(code) || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, error] = ANSWERS[code] ?? NO_HTTP;
    const body = JSON.stringify({ error });
    const headers = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
    socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`);
    socket.destroySoon();
  });
}
