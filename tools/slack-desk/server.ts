import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../../operator/errors.ts';
import { record } from './strict.ts';
import type { Json } from './types.ts';
import type { Reply } from './web-api.ts';

const MAX_BODY_BYTES = 4_000_000;

/** An HTTP server on `port` (0: any free one) that answers with 500 what a handler throws. */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((request, response) => {
    handler(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, headers: { 'content-type': 'text/plain' }, body: String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(inWords(error, `${host}:${port}`)));
    server.listen(port, host, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the desk is not listening on a port');
  return { server, port: address.port };
}

function inWords(error: NodeJS.ErrnoException, place: string): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new UsageError(`${place} is in use: end what listens there, such as another demo`);
}

export async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** The body as text. @throws Error above 4 MB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is larger than 4 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Web API arguments from a form or JSON body; what Slack takes as JSON inside a form is parsed. */
export function parseArguments(contentType: string, body: string): Json {
  if (contentType.startsWith('application/json')) return record(JSON.parse(body)) ?? {};
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [name, parseField(name, value)]),
  );
}

const JSON_FIELDS = new Set(['blocks', 'attachments', 'metadata', 'view']);

function parseField(name: string, value: string): unknown {
  if (!JSON_FIELDS.has(name)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, String(value));
  response.writeHead(reply.status).end(reply.body);
}
