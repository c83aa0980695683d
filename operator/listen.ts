import { createServer } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { drainable } from './drain.ts';
import { answerNoHttp, HTTP_LIMITS } from './http-limits.ts';

export interface ListeningServer {
  readonly port: number;
  stop(): Promise<void>;
}

interface ListenOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** How long clients may go on asking when it stops; default: as long as it takes them to leave. */
  readonly leavingMs?: number;
}

/** Serves an app or a router by plain HTTP. @throws Error when the port is taken. */
export async function listenHttp(
  handler: Express | Router,
  { host, port, leavingMs }: ListenOptions,
): Promise<ListeningServer> {
  const server = createServer(HTTP_LIMITS, express().disable('x-powered-by').use(handler, notFound, failed));
  answerNoHttp(server);
  const stop = drainable(server, leavingMs);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop,
  };
}

/** Express itself would answer a page, with the stack and the paths of our files in it. */
const notFound: RequestHandler = (_, response) => void response.status(404).json({ error: 'NotFound' });

const failed: ErrorRequestHandler = (error: { readonly status?: unknown }, _request, response, _next) => {
  const { status } = error;
  const isClients = typeof status === 'number' && status >= 400 && status < 500;
  response.status(isClients ? status : 500).json({ error: isClients ? 'BadRequest' : 'Failed' });
};
