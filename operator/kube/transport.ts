import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { proxyOf } from '../proxy.ts';
import type { Access, AccessSource } from './access.ts';
import { ApiError } from './api-error.ts';

const TCP_KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * How long a connection without work is kept. undici's own 4 s make a burst after a pause begin with a TLS handshake for
 * each place; the API server itself ends what is idle for 90 s.
 */
const IDLE_MS = 60_000;

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Default: whole objects in JSON. */
  readonly accept?: string;
  readonly signal: AbortSignal;
}

/** Connections that were made with one way to the API server. */
interface Pools {
  readonly madeWith: string;
  readonly calls: Dispatcher;
  readonly watches: Dispatcher;
}

/** What carries requests to the API server. */
export type Connections = Pick<Transport, 'call' | 'watch' | 'problems' | 'close'>;

/**
 * One pool of HTTP/1.1 connections to the API server; watches have their own, so that they never use up the places
 * of short calls. When certificates or the address change, new connections are made with the new ones, and what is
 * under way ends on the old ones.
 */
export class Transport {
  readonly #source: AccessSource;
  readonly #retired = new Set<Dispatcher>();
  #pools: Pools | undefined;

  constructor(source: AccessSource) {
    this.#source = source;
  }

  /** @throws ApiError with status 0 when no answer came. A 401 is tried once more with credentials read anew. */
  call(request: Request): Promise<Dispatcher.ResponseData> {
    return this.#send(request, 'calls');
  }

  /** As `call`, on the connections for watches. */
  watch(request: Request): Promise<Dispatcher.ResponseData> {
    return this.#send(request, 'watches');
  }

  problems(): readonly string[] {
    return this.#source.problems();
  }

  async close(): Promise<void> {
    const { calls, watches } = this.#pools ?? {};
    await Promise.all([
      calls?.destroy(),
      watches?.destroy(),
      ...[...this.#retired].map((old) => old.destroy()),
    ]);
  }

  async #send(request: Request, pool: 'calls' | 'watches'): Promise<Dispatcher.ResponseData> {
    try {
      const access = await this.#source.current();
      const response = await this.#once(request, access, pool);
      if (response.statusCode !== 401) return response;
      await response.body.dump();
      this.#source.refused(access);
      return await this.#once(request, await this.#source.current(), pool);
    } catch (error) {
      const { method, path } = request;
      throw new ApiError({ status: 0, message: `${method} ${path}: ${String(error)}`, cause: error });
    }
  }

  #once(request: Request, access: Access, pool: 'calls' | 'watches'): Promise<Dispatcher.ResponseData> {
    const { method, path, body, contentType = 'application/json', signal } = request;
    const { accept = 'application/json' } = request;
    const { origin, pathname } = access.server;
    return this.#poolsFor(access)[pool].request({
      origin,
      path: pathname.replace(/\/$/, '') + path,
      method,
      signal,
      headers: {
        ...(access.token ? { authorization: `Bearer ${access.token}` } : {}),
        accept,
        'content-type': contentType,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  #poolsFor(access: Access): Pools {
    const { tls, server } = access;
    const proxy = access.proxyUrl ?? proxyOf(server, process.env);
    const madeWith = JSON.stringify([server.origin, tls, proxy]);
    if (this.#pools?.madeWith === madeWith) return this.#pools;
    if (this.#pools !== undefined) this.#retire(this.#pools);
    this.#pools = {
      madeWith,
      calls: connections(access, proxy, { connections: 64 }),
      // 0 switches off undici's limit on the time between two chunks. Whoever reads a watch notices by itself when it
      // is dead.
      watches: connections(access, proxy, { connections: 16, bodyTimeout: 0 }),
    };
    return this.#pools;
  }

  #retire({ calls, watches }: Pools): void {
    for (const old of [calls, watches]) {
      this.#retired.add(old);
      void old.close().finally(() => this.#retired.delete(old));
    }
  }
}

function connections({ tls }: Access, proxy: string | undefined, limits: Agent.Options): Dispatcher {
  const connect = {
    ...tls,
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
  };
  // A watch is one long answer: on a shared HTTP/2 connection a slow reader of it would hold up the rest.
  const options = { ...limits, allowH2: false, pipelining: 1, keepAliveTimeout: IDLE_MS };
  if (proxy === undefined) return new Agent({ ...options, connect });
  return new ProxyAgent({ ...options, uri: proxy, requestTls: connect, connectTimeout: CONNECT_TIMEOUT_MS });
}
