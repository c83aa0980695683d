import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/**
 * What befalls every request. A number is an HTTP status; `hang`: the connection is taken and nothing is ever answered;
 * `hangPatches`: so it is with patches, and all else is answered.
 */
export type Trouble = 'none' | 'reset' | 'hang' | 'hangPatches' | 'page' | 401 | 403 | 429 | 500;

interface Upstream {
  readonly server: string;
  readonly ca: string;
  /** Sent for the client: it gives its credentials to nobody over plain HTTP. */
  readonly token: string;
}

/**
 * Stands between one client and a real API server, and is in trouble when a test says so. What was under way when the
 * trouble began is cut off by `reset`, and otherwise dead for ever, without a word: the worst that a network does.
 */
export class FaultyProxy {
  trouble: Trouble = 'none';
  /** All that was asked and is no read, as `POST /apis/…`, in order. */
  readonly writes: string[] = [];
  readonly #server: Server;
  readonly #upstream: Upstream;
  readonly #agent: Agent;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<IncomingMessage>();

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
    this.#agent = new Agent({ ca: upstream.ca, keepAlive: true });
    this.#server = createServer((asked, answer) => this.#take(asked, answer));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** In front of the API server of that kubeconfig. */
  static async start(kubeconfig: string): Promise<FaultyProxy> {
    const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8')) as {
      clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
      users: { user: { token: string } }[];
    };
    const { server = '', 'certificate-authority-data': ca = '' } = clusters[0]?.cluster ?? {};
    const proxy = new FaultyProxy({
      server,
      ca: Buffer.from(ca, 'base64').toString(),
      token: users[0]?.user.token ?? '',
    });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** A kubeconfig as the given one, that reaches the API server through this proxy. */
  async kubeconfig(kubeconfig: string): Promise<string> {
    const config = JSON.parse(await readFile(kubeconfig, 'utf8')) as { clusters: { cluster: object }[] };
    const { port } = this.#server.address() as AddressInfo;
    const clusters = config.clusters.map((each) => ({
      ...each,
      cluster: { server: `http://127.0.0.1:${port}` },
    }));
    const path = `${kubeconfig}.proxied-${port}`;
    await writeFile(path, JSON.stringify({ ...config, clusters }), { mode: 0o600 });
    return path;
  }

  begin(trouble: Trouble): void {
    this.trouble = trouble;
    if (trouble !== 'hangPatches') for (const stream of this.#streams) stream.unpipe();
    if (trouble === 'reset') for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  end(): void {
    this.trouble = 'none';
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    this.#server.close();
  }

  #take(asked: IncomingMessage, answer: ServerResponse): void {
    const { trouble } = this;
    if (asked.method !== 'GET') this.writes.push(`${asked.method} ${asked.url}`);
    const isHealthy = trouble === 'none' || (trouble === 'hangPatches' && asked.method !== 'PATCH');
    if (isHealthy) this.#forward(asked, answer);
    else if (trouble === 'reset') asked.socket.resetAndDestroy();
    else if (trouble === 'page')
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<html>sorry</html>');
    else if (trouble !== 'hang' && trouble !== 'hangPatches') refuse(answer, trouble);
  }

  #forward(asked: IncomingMessage, answer: ServerResponse): void {
    const { method } = asked;
    const headers = { ...asked.headers, authorization: `Bearer ${this.#upstream.token}` };
    const url = new URL(asked.url ?? '/', this.#upstream.server);
    const forwarded = request(url, { method, headers, agent: this.#agent }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      answer.flushHeaders();
      this.#streams.add(given);
      given.on('close', () => this.#streams.delete(given));
      given.on('error', () => answer.destroy());
      given.pipe(answer);
      answer.on('close', () => given.destroy());
    });
    forwarded.on('error', () => asked.socket.destroy());
    asked.pipe(forwarded);
  }
}

function refuse(answer: ServerResponse, code: number): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: 'out of order' };
  answer.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
}
