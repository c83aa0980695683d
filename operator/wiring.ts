import { hostname } from 'node:os';
import { CHECKPOINTS } from '../crds/names.ts';
import type { Checkpoint } from '../crds/types.ts';
import { buildWebhook } from '../webhook/app.ts';
import { type RunningServer, serveHttps } from '../webhook/server.ts';
import { type Config, usernameOf } from './config.ts';
import type { KubeClient } from './kube/client.ts';
import { loadKubeClient } from './kube/config.ts';
import type { Logger } from './log.ts';
import { toBeShownAnew } from './messages/delivery.ts';
import type { Notifier } from './messages/message.ts';
import { viewOf } from './messages/view.ts';
import { registry } from './metrics.ts';
import { type Built, buildController, type CheckpointLister } from './reconcile/wiring.ts';
import { recorder } from './reviews/record.ts';
import { connectSlack, type SlackConnection } from './slack/connection/connect.ts';
import { type SlackSecrets, secretsFromEnvironment, secretsFromFolder } from './slack/connection/secrets.ts';
import { SlackWeb } from './slack/connection/web.ts';
import { SlackNotifier } from './slack/posting/notifier.ts';

/** What every part of the process is made with. */
export interface Parts {
  readonly config: Config;
  readonly client: KubeClient;
  readonly log: Logger;
}

/** A clock that is further off makes deadlines hard to understand, though not wrong. */
const OFFSET_WARNING_MS = 5_000;

export interface Slack {
  readonly secrets: SlackSecrets;
  readonly web: SlackWeb;
  readonly notifier: Notifier;
}

/** The webhook alone needs no caches: what it must know it reads live. */
export function follows({ roles }: Config): boolean {
  return roles.has('controller') || roles.has('slack');
}

/** Undefined where nobody is asked in Slack. */
export function slackWeb({ config, client, log }: Parts): Slack | undefined {
  const { slackTransport, slackSecretDir, slackApiUrl } = config;
  if (slackTransport === 'off') return undefined;
  const secrets = slackSecretDir
    ? secretsFromFolder(slackSecretDir, log)
    : secretsFromEnvironment(process.env);
  const web = new SlackWeb({ secrets, ...(slackApiUrl ? { slackApiUrl } : {}) });
  const { slackSharedChannels: allowSharedChannels } = config;
  const now = (): number => client.clock.now().getTime();
  const notifier = new SlackNotifier({ web, allowSharedChannels, log, now });
  return { secrets, web, notifier };
}

export function controllerOf({ config, client, log }: Parts, notifier: Notifier): Built {
  const { workers, sweepSeconds, slackChannel } = config;
  return buildController({
    client,
    notifier,
    log,
    instance: hostname(),
    workers,
    sweepSeconds,
    ...(slackChannel ? { slackChannel } : {}),
  });
}

/** Undefined where no clicks come to this process. */
export function connect(
  { config, client, log }: Parts,
  lister: CheckpointLister,
  { secrets, web }: Slack,
): SlackConnection | undefined {
  if (!config.roles.has('slack') || config.slackTransport === 'off') return undefined;
  const now = (): Date => client.clock.now();
  return connectSlack({
    transport: config.slackTransport,
    secrets,
    web,
    log,
    now,
    checkpoints: {
      cached: (namespace, name) => lister.get(namespace, name),
      read: (namespace, name) => client.get<Checkpoint>(CHECKPOINTS, { namespace, name }),
      // Reviews so far are left to the next update of the message.
      view: (checkpoint, channel) => viewOf(checkpoint, channel, []),
      record: recorder({ client, log, now }),
      showAnew: async (checkpoint, message) => {
        const status = toBeShownAnew(checkpoint, message, now());
        if (status !== undefined) await client.patchStatus(CHECKPOINTS, checkpoint, status);
      },
    },
    ...(config.slackApiUrl ? { slackApiUrl: config.slackApiUrl } : {}),
  });
}

/** Undefined where this process has no webhook. @throws Error when its port is taken. */
export async function startWebhook({ config, client, log }: Parts): Promise<RunningServer | undefined> {
  const { roles, host, webhookPort: port, webhookCertDir: certDir } = config;
  if (!roles.has('webhook') || certDir === undefined) return undefined;
  // Connections of its own: each review that a click creates waits for admission, and a hundred of them would hold every
  // connection that admission needs.
  const reads = loadKubeClient(config, log);
  const app = buildWebhook({
    getCheckpoint: (namespace, name) => reads.get<Checkpoint>(CHECKPOINTS, { namespace, name }),
    operatorUsername: usernameOf(config),
    now: () => client.clock.now(),
    log,
    registry,
  });
  const server = await serveHttps(app, { host, port, certDir, log });
  const stop = async (): Promise<void> => {
    await server.stop();
    await reads.close();
  };
  return { port: server.port, stop };
}

/** What works badly and stops nothing. `slack`: sentences on Slack, where there are any. */
export function warnings({ client }: Parts, slack: readonly (string | undefined)[]): string[] {
  const offset = Math.round(client.clock.offsetMs / 1000);
  return [
    ...client.problems(),
    ...slack.filter((problem) => problem !== undefined).map((problem) => `Slack: ${problem}`),
    ...(Math.abs(client.clock.offsetMs) > OFFSET_WARNING_MS
      ? [`this machine's clock is ${-offset} s ahead of the API server's`]
      : []),
  ];
}
