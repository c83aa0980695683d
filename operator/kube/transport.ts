import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { ApiError } from './api-error.ts';

/** How long authentication is reused before the kubeconfig is asked again; token files change about hourly. */
const AUTH_MS = 30_000;
const TCP_KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal: AbortSignal;
}

interface Auth {
  readonly headers: Record<string, string>;
  readonly until: number;
}

/**
 * One pool of HTTP/1.1 connections to the API server; watches have their own, so that they never use up the places
 * of short calls. The client library's own way makes a TLS connection for each call.
 */
export class Transport {
  readonly #config: KubeConfig;
  readonly #origin: string;
  readonly #prefix: string;
  #calls: Agent | undefined;
  #watches: Agent | undefined;
  #auth: Auth | undefined;

  constructor(config: KubeConfig) {
    const url = new URL(config.getCurrentCluster()?.server ?? '');
    this.#config = config;
    this.#origin = url.origin;
    this.#prefix = url.pathname.replace(/\/$/, '');
  }

  /** @throws ApiError with status 0 when no answer came. A 401 is tried once more with fresh credentials. */
  async call(request: Request): Promise<Dispatcher.ResponseData> {
    const response = await this.#send(request, false);
    if (response.statusCode !== 401) return response;
    await response.body.dump();
    this.#auth = undefined;
    return this.#send(request, false);
  }

  /** As `call`, on the connections for watches. */
  watch(request: Request): Promise<Dispatcher.ResponseData> {
    return this.#send(request, true);
  }

  async close(): Promise<void> {
    await Promise.all([this.#calls?.destroy(), this.#watches?.destroy()]);
  }

  async #send({ method, path, body, contentType, signal }: Request, watch: boolean) {
    try {
      const auth = await this.#authenticate();
      return await (watch ? this.#pool().watches : this.#pool().calls).request({
        origin: this.#origin,
        path: this.#prefix + path,
        method,
        signal,
        headers: {
          ...auth.headers,
          accept: 'application/json',
          'content-type': contentType ?? 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new ApiError({ status: 0, message: `${method} ${path}: ${String(error)}`, cause: error });
    }
  }

  #pool(): { calls: Agent; watches: Agent } {
    if (this.#calls === undefined || this.#watches === undefined) {
      throw new ApiError({ status: 0, message: 'no connection before authentication' });
    }
    return { calls: this.#calls, watches: this.#watches };
  }

  async #authenticate(): Promise<Auth> {
    if (this.#auth !== undefined && this.#auth.until > Date.now()) return this.#auth;
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    this.#calls ??= agent(options, 64, undefined);
    this.#watches ??= agent(options, 16, 0);
    const headers = Object.entries(options.headers ?? {}).map(
      ([key, value]) => [key, String(value)] as const,
    );
    this.#auth = { headers: Object.fromEntries(headers), until: Date.now() + AUTH_MS };
    return this.#auth;
  }
}

/** `bodyTimeout` 0 turns undici's limit between two chunks off: a quiet watch is watched over by its reader. */
function agent(options: RequestOptions, connections: number, bodyTimeout: number | undefined): Agent {
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized } = options;
  const servername = (options as { servername?: string }).servername;
  return new Agent({
    // A watch is one long answer: on a shared HTTP/2 connection a slow reader of it would hold up the rest.
    allowH2: false,
    connections,
    pipelining: 1,
    ...(bodyTimeout === undefined ? {} : { bodyTimeout }),
    connect: {
      timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
      ...defined({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }),
    },
  });
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
