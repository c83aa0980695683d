import { App, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Router } from 'express';
import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Desk } from './clicks.ts';
import { failureOf } from './failures.ts';
import { HttpReceiver } from './http-receiver.ts';
import { listen } from './listeners.ts';
import { RunningWork } from './running.ts';
import type { SlackSecrets } from './secrets.ts';
import { SILENT, type SlackWeb } from './web.ts';

const RETRY_MS = { first: 1_000, last: 60_000 };
/** Also how long the socket client waits before it reconnects. */
const PING_TIMEOUT_MS = 1_000;
const DRAIN_MS = 5_000;

export interface SlackOptions {
  readonly transport: 'socket' | 'http';
  readonly secrets: SlackSecrets;
  readonly web: SlackWeb;
  readonly desk: Desk;
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
 * Connects to Slack and keeps trying: nothing that Slack does or fails to do ends the process or this promise.
 */
export function connectSlack(options: SlackOptions): SlackConnection {
  const running = new RunningWork();
  const stopping = new AbortController();
  const state: { problem: string | undefined; receiver: Receiver | undefined } = {
    problem: 'connecting to Slack',
    receiver: undefined,
  };
  const http = options.transport === 'http' ? new HttpReceiver({ ...options, running }) : undefined;
  void keepTrying(
    options,
    stopping.signal,
    async () => {
      state.problem = missingSecret(options);
      if (state.problem !== undefined) throw new Error(state.problem);
      const receiver = http ?? socketReceiver(options);
      state.receiver = receiver;
      const app = await startApp(options, receiver, running);
      await app.start();
      state.problem = undefined;
    },
    (problem) => {
      state.problem = problem;
    },
  );
  return {
    ...(http ? { router: http.router } : {}),
    problem: () => state.problem,
    async stop() {
      stopping.abort();
      await running.drained(DRAIN_MS);
      await Promise.resolve(state.receiver?.stop()).catch(() => undefined);
    },
  };
}

async function startApp(options: SlackOptions, receiver: Receiver, running: RunningWork): Promise<App> {
  const { web, desk, log } = options;
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
  listen(app, { desk, web, log });
  await app.init();
  return app;
}

function socketReceiver({ secrets, slackApiUrl }: SlackOptions): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken: secrets.appToken() ?? '',
    logger: SILENT,
    clientPingTimeout: PING_TIMEOUT_MS,
    ...(slackApiUrl ? { installerOptions: { clientOptions: { slackApiUrl } } } : {}),
  });
}

function missingSecret({ transport, secrets }: SlackOptions): string | undefined {
  if (secrets.botToken() === undefined)
    return 'SLACK_BOT_TOKEN is not set: it is the app’s bot token (xoxb-…)';
  if (transport === 'socket' && secrets.appToken() === undefined) {
    return 'SLACK_APP_TOKEN is not set: Socket Mode needs an app token (xapp-…) with connections:write';
  }
  if (transport === 'http' && secrets.signingSecrets().length === 0) {
    return 'SLACK_SIGNING_SECRET is not set: without it no click can be told from a forged one';
  }
  return undefined;
}

async function keepTrying(
  { log }: SlackOptions,
  signal: AbortSignal,
  attempt: () => Promise<void>,
  report: (problem: string) => void,
): Promise<void> {
  for (let wait = RETRY_MS.first; !signal.aborted; wait = Math.min(wait * 2, RETRY_MS.last)) {
    try {
      await attempt();
      return;
    } catch (error) {
      const { reason, message } = failureOf(error);
      const problem = reason === 'SlackFailed' ? toError(error).message : message;
      report(problem);
      log.warn({ problem, retryInMs: wait }, 'not connected to Slack; clicks do not arrive');
      await pause(wait, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    timer.unref();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
