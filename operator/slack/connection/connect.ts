import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { App, type Receiver } from '@slack/bolt';
import type { Router } from 'express';
import { Gauge } from 'prom-client';
import { toError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { CheckpointAccess } from '../../messages/provider.ts';
import { registry } from '../../metrics.ts';
import { type ListenerDeps, listen } from '../interactions/listeners.ts';
import { OpenModals } from '../interactions/modals.ts';
import { failureOf } from './failures.ts';
import { HttpReceiver } from './http-receiver.ts';
import { InFlight } from './in-flight.ts';
import type { SlackSecrets } from './secrets.ts';
import { type Connection, openSocket } from './socket.ts';
import { SILENT, type SlackWeb } from './web.ts';

const RETRY_MS = { first: 1_000, last: 60_000 };
/** Slack ends each connection after some hours; one that ends sooner than this was not wanted. */
const STEADY_MS = 10_000;
/** For each of two waits of a stop; a click that Slack or the API server keeps waiting is answered within it. */
const DRAIN_MS = 10_000;

const connected = new Gauge({
  name: 'approvalgate_slack_connected',
  help: '1 while clicks can arrive from Slack, 0 while they cannot.',
  registers: [registry],
});
// Where nobody is asked in Slack there is nothing to tell: a zero would be an alarm.
connected.remove();

interface SlackOptions {
  readonly transport: 'socket' | 'http';
  readonly secrets: SlackSecrets;
  readonly web: SlackWeb;
  readonly checkpoints: CheckpointAccess;
  readonly slackApiUrl?: string;
  readonly log: Logger;
  now(): Date;
}

export interface SlackConnection {
  /** To be mounted, where clicks come by signed HTTP. */
  readonly router?: Router;
  /** What keeps clicks from arriving, with the cure; undefined while all is well. */
  problem(): string | undefined;
  stop(): Promise<void>;
}

/**
 * Connects to Slack, and again whenever the connection ends: nothing that Slack does or fails to do ends the process.
 * A new connection is open before the one that it replaces is closed, where Slack lets it.
 */
export function connectSlack(options: SlackOptions): SlackConnection {
  const running = new InFlight();
  const stopping = new AbortController();
  const http = options.transport === 'http' ? new HttpReceiver({ ...options, running }) : undefined;
  const deps = { ...options, modals: new OpenModals(options.web, options.log) };
  const start = (receiver: Receiver) => startApp(deps, receiver, running);
  let problem: string | undefined = 'connecting to Slack';
  connected.set(0);
  const keeping = keepConnected({
    open: async () => {
      requireSecrets(options);
      return http ? openHttp(http, start) : openSocket({ ...options, start });
    },
    report: (news, current) => {
      problem = news;
      const clicksArrive = current?.isOpen ?? false;
      connected.set(clicksArrive ? 1 : 0);
      if (news !== undefined) options.log.warn({ problem: news, clicksArrive }, 'connecting to Slack');
    },
    signal: stopping.signal,
    drained: () => running.drained(DRAIN_MS),
  });
  return {
    ...(http ? { router: http.router } : {}),
    problem: () => problem,
    async stop() {
      stopping.abort();
      await keeping;
    },
  };
}

/** Signed requests need no connection that could end. */
async function openHttp(
  receiver: HttpReceiver,
  start: (receiver: Receiver) => Promise<void>,
): Promise<Connection> {
  await start(receiver);
  return { over: new Promise(() => undefined), isOpen: true, stop: () => receiver.stop() };
}

interface Keeping {
  open(): Promise<Connection>;
  /** What keeps a connection from being opened, undefined once one is; and the one that is in use all the same. */
  report(problem: string | undefined, current: Connection | undefined): void;
  readonly signal: AbortSignal;
  /** Resolves when the clicks that are being worked on have ended. */
  drained(): Promise<void>;
}

/** A connection that lasted is replaced at once; one that did not, or could not be opened, after a while. */
async function keepConnected({ open, report, signal, drained }: Keeping): Promise<void> {
  const stopped = once(signal, 'abort').then(() => undefined);
  let current: Connection | undefined;
  let waitMs = 0;
  while (!signal.aborted) {
    let lasted = false;
    try {
      const next = await unlessStopped(open(), stopped);
      await current?.stop();
      current = next;
      report(undefined, next);
      lasted = await lasts(Promise.race([next?.over, stopped]));
      if (next && !next.isOpen) report('Slack ended the connection; connecting again', next);
    } catch (error) {
      report(problemOf(error), current);
    }
    waitMs = lasted ? 0 : Math.min(Math.max(waitMs * 2, RETRY_MS.first), RETRY_MS.last);
    await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
  await drained();
  await current?.stop();
  // What was acknowledged just before has no need of the connection any more.
  await drained();
}

/** A connection that is opened too late is closed again. */
async function unlessStopped(
  opening: Promise<Connection>,
  stopped: Promise<undefined>,
): Promise<Connection | undefined> {
  const opened = await Promise.race([opening, stopped]);
  if (opened === undefined) void opening.then((late) => late.stop()).catch(() => undefined);
  return opened;
}

async function lasts(over: Promise<unknown>): Promise<boolean> {
  const startedAt = performance.now();
  await over;
  return performance.now() - startedAt > STEADY_MS;
}

function problemOf(error: unknown): string {
  const { reason, message } = failureOf(error);
  return reason === 'SlackFailed' ? toError(error).message : message;
}

async function startApp(
  options: SlackOptions & ListenerDeps,
  receiver: Receiver,
  running: InFlight,
): Promise<void> {
  const { web, log } = options;
  const { botId, userId } = await web.identity();
  const app = new App({
    receiver,
    logger: SILENT,
    convoStore: false,
    deferInitialization: true,
    // The listeners use our own client; this only tells Bolt who it is.
    authorize: () =>
      Promise.resolve({ botToken: options.secrets.botToken() ?? '', botId, botUserId: userId }),
  });
  app.error((error) => {
    log.warn({ error: toError(error).message }, 'a listener failed');
    return Promise.resolve();
  });
  app.use(({ next }) => running.follow(next()));
  listen(app, options);
  await app.init();
  await app.start();
}

/** @throws Error that names the secret which is not set. */
function requireSecrets({ transport, secrets }: SlackOptions): void {
  if (secrets.botToken() === undefined)
    throw new Error(
      'SLACK_BOT_TOKEN is not set: it is the app’s bot token (xoxb-…); without Slack: --slack-transport off',
    );
  if (transport === 'socket' && secrets.appToken() === undefined) {
    throw new Error(
      'SLACK_APP_TOKEN is not set: Socket Mode needs an app token (xapp-…) with connections:write',
    );
  }
  if (transport === 'http' && secrets.signingSecrets().length === 0) {
    throw new Error('SLACK_SIGNING_SECRET is not set: without it no click can be told from a forged one');
  }
}
