import { createServer } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { drainable } from './drain.ts';
import { answerNoHttp, HTTP_LIMITS } from './http-limits.ts';

interface ListeningServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves an app or a router by plain HTTP; port 0 picks a free one. @throws Error when the port is taken. */
export async function listenHttp(
  handler: Express | Router,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ListeningServer> {
  const server = createServer(HTTP_LIMITS, express().disable('x-powered-by').use(handler, notFound, failed));
  answerNoHttp(server);
  const stop = drainable(server);
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
