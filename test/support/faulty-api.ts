import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Access } from '../../operator/kube/access.ts';
import { KubeClient } from '../../operator/kube/client.ts';
import { Transport } from '../../operator/kube/transport.ts';

/** What the server does with one request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** An HTTP server that answers as scripted, one request after the other, and leaves what is not scripted unanswered. */
export class FaultyApi {
  /** `GET /path?query` of each request, in order. */
  readonly requests: string[] = [];
  readonly bodies: string[] = [];
  /** The credentials of each request that had any. */
  readonly authorizations: string[] = [];
  /** How many connections were made. */
  connections = 0;
  /** What the client's credentials are whenever it reads them anew; undefined: it has none. */
  token: string | undefined;
  readonly client: KubeClient;
  readonly #script: Answer[] = [];
  readonly #waiting: [ServerResponse, IncomingMessage][] = [];

  private constructor(port: number) {
    const server = new URL(`http://127.0.0.1:${port}`);
    const read = (): Access => ({ server, tls: {}, ...(this.token ? { token: this.token } : {}) });
    let access: Access | undefined;
    const current = async (): Promise<Access> => {
      access ??= read();
      return access;
    };
    const refused = (): void => {
      access = undefined;
    };
    this.client = new KubeClient(new Transport({ current, refused, problems: () => [] }));
  }

  /** Runs until the test ends. */
  static async start(): Promise<FaultyApi> {
    let api: FaultyApi | undefined;
    const sockets = new Set<Socket>();
    const server: Server = createServer((request, response) => api?.take(request, response));
    // As the API server, which says nothing of how long it keeps a connection.
    server.keepAliveTimeout = 0;
    server.on('connection', (socket) => {
      sockets.add(socket);
      if (api) api.connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new FaultyApi((server.address() as AddressInfo).port);
    api = started;
    onTestFinished(async () => {
      await started.client.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return started;
  }

  /** Adds answers to the script; a request that is waiting gets the first at once. */
  answer(...answers: Answer[]): this {
    this.#script.push(...answers);
    while (this.#waiting.length > 0 && this.#script.length > 0) {
      const [response, request] = this.#waiting.shift() ?? [];
      if (response && request) this.#script.shift()?.(response, request);
    }
    return this;
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    if (request.headers.authorization) this.authorizations.push(request.headers.authorization);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.bodies.push(Buffer.concat(chunks).toString());
      const answer = this.#script.shift();
      if (answer) answer(response, request);
      else this.#waiting.push([response, request]);
    });
  }
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

export const failure = (code: number, reason: string, headers: Record<string, string> = {}): Answer =>
  json({ kind: 'Status', code, reason, message: `${reason} it is` }, code, headers);

export const page = (items: readonly object[], resourceVersion: string, next?: string): Answer =>
  json({ items, metadata: { resourceVersion, ...(next ? { continue: next } : {}) } });

/** A watch: the lines, cut into chunks of `cut` bytes, and then the end, unless `stays`. */
export const stream =
  (events: readonly object[], { cut = 1e9, stays = false } = {}): Answer =>
  (response) => {
    const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (let at = 0; at < bytes.length; at += cut) response.write(bytes.subarray(at, at + cut));
    if (!stays) response.end();
  };

/** The connection breaks within the answer. */
export const reset: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"type":"ADD');
  setImmediate(() => response.socket?.resetAndDestroy());
};
