import { type Receiver, SocketModeReceiver } from '@slack/bolt';
import { CALL_TIMEOUT_MS } from '../../messages/timing.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { failureOf } from './failures.ts';
import { servingKnownShapes } from './payload.ts';
import { proxiedFetch, type SocketWay, socketWay } from './proxied.ts';
import type { SlackSecrets } from './secrets.ts';
import { SILENT } from './web.ts';

/** Slack says hello at once; a socket on which it does not is dead. */
const HELLO_MS = 15_000;
const TOKEN_CHECK_MS = 1_000;

const APP_TOKEN =
  'Check SLACK_APP_TOKEN: Socket Mode needs an app token (xapp-…) with the scope connections:write.';

/** A way for clicks to come in. */
export interface Connection {
  /** Resolves when it has ended, or when its token is another one by now: then another is due. */
  readonly over: Promise<void>;
  /** Whether clicks come in by it now. */
  readonly isOpen: boolean;
  stop(): Promise<void>;
}

interface SocketOptions {
  readonly secrets: SlackSecrets;
  readonly slackApiUrl?: string;
  /** Gives the receiver its app and starts it; resolves at Slack's hello. */
  start(receiver: Receiver): Promise<void>;
}

/**
 * Opens one Socket Mode connection by the app token of now. The library's own reconnecting is off: it goes on with the
 * old token, and ends without a word at the first refusal. Source: `@slack/socket-mode` 3.1.0, `delayReconnectAttempt`.
 * @throws Error that says what to check.
 */
export async function openSocket({ secrets, slackApiUrl, start }: SocketOptions): Promise<Connection> {
  const token = secrets.appToken() ?? '';
  const way = socketWay();
  const receiver = receiverFor(token, slackApiUrl, way);
  let isOpen = true;
  const ended = new Promise<void>((resolve) => receiver.client.once('disconnected', () => resolve()));
  void ended.then(() => {
    isOpen = false;
  });
  const stop = () =>
    Promise.resolve(receiver.stop())
      .catch(() => undefined)
      .finally(way.end);
  const started = start(servingKnownShapes(receiver));
  try {
    await within(HELLO_MS, started);
  } catch (error) {
    // Also where it starts after all: nobody would know of that socket.
    void started.then(stop, () => undefined);
    await stop();
    throw problemOf(error, way.failure());
  }
  return {
    over: Promise.race([ended, changed(secrets, token, ended)]),
    get isOpen() {
      return isOpen;
    },
    stop,
  };
}

function receiverFor(
  appToken: string,
  slackApiUrl: string | undefined,
  { dispatcher }: SocketWay,
): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken,
    dispatcher,
    logger: SILENT,
    autoReconnectEnabled: false,
    installerOptions: {
      clientOptions: {
        fetch: boundedFetch(proxiedFetch),
        timeout: CALL_TIMEOUT_MS,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        ...(slackApiUrl ? { slackApiUrl } : {}),
      },
    },
  });
}

/** Resolves when the app token is another one; looks no longer once the connection has ended. */
function changed(secrets: SlackSecrets, token: string, ended: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => secrets.appToken() !== token && resolve(), TOKEN_CHECK_MS);
    timer.unref();
    void ended.then(() => clearInterval(timer));
  });
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Slack did not open a connection in time.')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Where no connection comes about, or it ends before Slack's hello, the library rejects with nothing. */
function problemOf(error: unknown, broken: Error | undefined): Error {
  if (broken !== undefined) {
    const cure = 'Check DNS, the network, and HTTPS_PROXY.';
    return new Error(`The socket to Slack could not be opened: ${firstCause(broken)}. ${cure}`, {
      cause: broken,
    });
  }
  if (error === undefined) return new Error('Slack ended the connection before it said hello.');
  const { reason, code } = failureOf(error);
  return reason === 'SlackAuthFailed' || reason === 'SlackMissingScope'
    ? new Error(`${code}: ${APP_TOKEN}`, { cause: error })
    : (error as Error);
}

/** What went wrong at first, e.g. `getaddrinfo ENOTFOUND wss-primary.slack.com`. */
function firstCause(error: Error): string {
  const under: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return under instanceof Error ? firstCause(under) : error.message.slice(0, 200);
}
