import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';

export interface Proxy {
  readonly url: string;
  /** `CONNECT host:port` of each tunnel, and `GET http://host/path` of each request that went through in the clear. */
  readonly requests: string[];
}

/**
 * A forward proxy that takes every host for this machine, so that a name which does not resolve is reached through it
 * and in no other way. Runs until the test ends.
 */
export async function startProxy(): Promise<Proxy> {
  const requests: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    forward(incoming, outgoing);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', ({ url = '' }: IncomingMessage, client: Socket) => {
    requests.push(`CONNECT ${url}`);
    sockets.add(tunnel(client, Number(url.split(':').at(-1))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function tunnel(client: Socket, port: number): Socket {
  const target = connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    target.pipe(client).pipe(target);
  });
  target.on('error', () => client.destroy());
  client.on('error', () => target.destroy());
  return target;
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { port, pathname, search } = new URL(incoming.url ?? '');
  const { method = 'GET', headers } = incoming;
  const call = request({ host: '127.0.0.1', port, path: pathname + search, method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  call.on('error', () => outgoing.destroy());
  incoming.pipe(call);
}
