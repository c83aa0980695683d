import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Agent, buildConnector, type Dispatcher, fetch, ProxyAgent } from 'undici';
import { proxyOf } from '../../proxy.ts';

const CONNECT_TIMEOUT_MS = 8_000;
/** A socket needs a connection of its own. */
const HTTP1 = { allowH2: false } as const;

/** `fetch` through the proxy that the environment names for the URL: Slack's library asks the environment nothing. */
export const proxiedFetch: typeof globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const proxy = proxyOf(new URL(url), process.env);
  if (proxy === undefined) return globalThis.fetch(input, init);
  // One implementation for both, as each takes dispatchers of its own version alone.
  return fetch(url, { ...(init as object), dispatcher: shared(proxy) }) as unknown as Promise<Response>;
};

const agents = new Map<string, ProxyAgent>();

/** One for each proxy for as long as the process lives: connections to Slack are used again. */
function shared(proxy: string): ProxyAgent {
  const agent = agents.get(proxy) ?? agentFor(proxy);
  agents.set(proxy, agent);
  return agent;
}

/** What one socket is opened with. */
export interface SocketWay {
  readonly dispatcher: Dispatcher;
  /** Why no connection came about: the socket itself keeps that for itself. */
  failure(): Error | undefined;
  /** Breaks off what is still open: a peer that does not answer the end would hold it. */
  end(): void;
}

/** A way for the socket that Slack names, whose address is not known before. */
export function socketWay(): SocketWay {
  const sockets = new Set<Socket | TLSSocket>();
  let failure: Error | undefined;
  const connectOnce = buildConnector({ ...HTTP1, timeout: CONNECT_TIMEOUT_MS });
  const direct = new Agent({
    ...HTTP1,
    connect: (options, done) =>
      connectOnce(options, (...[error, socket]) => {
        if (socket) sockets.add(socket);
        if (error) done(error, null);
        else done(null, socket as Socket);
      }),
  });
  const dispatcher = direct.compose((dispatch) => (options, handler) => {
    const told = handler.onResponseError?.bind(handler);
    handler.onResponseError = (controller, error) => {
      failure = error;
      told?.(controller, error);
    };
    const proxy = proxyOf(new URL(String(options.origin)), process.env);
    return proxy === undefined ? dispatch(options, handler) : shared(proxy).dispatch(options, handler);
  });
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return { dispatcher, failure: () => failure, end };
}

/** A tunnel for everything: a socket needs one, and a proxy that forwards would read what is not encrypted. */
function agentFor(proxy: string): ProxyAgent {
  return new ProxyAgent({ ...HTTP1, uri: proxy, proxyTunnel: true, connectTimeout: CONNECT_TIMEOUT_MS });
}
