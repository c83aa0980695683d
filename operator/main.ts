import { hostname } from 'node:os';
import { CHECKPOINTS } from '../crds/names.ts';
import type { Checkpoint } from '../crds/types.ts';
import { buildWebhook } from '../webhook/app.ts';
import { type RunningServer, serveHttps } from '../webhook/server.ts';
import { type Config, parseConfig, usage, usernameOf } from './config.ts';
import { toBeShownAnew } from './decision/delivery.ts';
import type { Notifier } from './decision/message.ts';
import { toError, UsageError } from './errors.ts';
import { buildHealth } from './health.ts';
import type { KubeClient } from './kube/client.ts';
import { loadKubeClient } from './kube/config.ts';
import { checkAccount } from './kube/whoami.ts';
import { listenHttp } from './listen.ts';
import { createLogger, type Logger } from './log.ts';
import { registerProcessMetrics, registry } from './metrics.ts';
import { Controller } from './reconcile/controller.ts';
import { recordSlackVerdict } from './reviews/record.ts';
import { connectSlack, type SlackConnection } from './slack/connect.ts';
import { SlackNotifier, slackIsOff } from './slack/notifier.ts';
import { type SlackSecrets, secretsFromEnvironment, secretsFromFolder } from './slack/secrets.ts';
import { SlackWeb } from './slack/web.ts';

/** How long a stop may take before the process ends all the same. */
const STOP_MS = 25_000;

/** A clock that is further off makes deadlines hard to understand, though not wrong. */
const OFFSET_WARNING_MS = 5_000;

interface Parts {
  readonly config: Config;
  readonly client: KubeClient;
  readonly log: Logger;
}

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const config = readConfig(args);
  if (config.help) {
    process.stdout.write(usage());
    return;
  }
  const log = createLogger(config.logLevel);
  process.on('unhandledRejection', (error) => {
    log.error({ error: toError(error).stack }, 'a promise was rejected that nobody waited for');
  });
  try {
    await run(config, log);
  } catch (error) {
    if (error instanceof UsageError) fail(error.message);
    log.fatal({ error: toError(error).message }, 'the operator cannot start');
    process.exit(1);
  }
}

function readConfig(args: readonly string[]): Config {
  try {
    return parseConfig(args);
  } catch (error) {
    return fail(toError(error).message);
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/**
 * Start order: the API server, because all else needs it; health, so that a slow start can be watched; the controller,
 * whose caches the clicks use; Slack; the webhook last, so that what it lets in is looked after. Stops in reverse.
 */
async function run(config: Config, log: Logger): Promise<void> {
  const parts = { config, log, client: loadKubeClient(config, log) };
  registerProcessMetrics(() => parts.client.clock.offsetMs / 1000);
  const stopping = new AbortController();
  const web = slackWeb(parts);
  const controller = createController(parts, web?.notifier ?? slackIsOff);
  const slack = web === undefined ? undefined : connect(parts, controller, web);
  const account = checkAccount(parts.client, usernameOf(config), { signal: stopping.signal, log });
  const health = await listenHttp(
    buildHealth({
      registry,
      notReady: async () =>
        follows(config) ? [...controller.notReady(), ...(await controller.blindness()), ...account()] : [],
      warnings: () => warnings(parts, [slack?.problem(), ...(web?.secrets.problems() ?? [])]),
    }),
    { host: config.host, port: config.port },
  );
  const working = follows(config) ? controller.run(stopping.signal) : undefined;
  const clicks =
    slack?.router && (await listenHttp(slack.router, { host: config.host, port: config.slackPort }));
  const webhook = config.roles.has('webhook') ? await startWebhook(parts) : undefined;
  log.info(
    { health: health.port, webhook: webhook?.port, clicks: clicks?.port, roles: [...config.roles] },
    'the operator runs',
  );
  await untilTold();
  setTimeout(() => process.exit(1), STOP_MS).unref();
  await webhook?.stop();
  await clicks?.stop();
  await slack?.stop();
  stopping.abort();
  await working;
  await health.stop();
  await parts.client.close();
  log.info('the operator has stopped');
  process.exit(0);
}

interface Slack {
  readonly secrets: SlackSecrets;
  readonly web: SlackWeb;
  readonly notifier: Notifier;
}

/** The webhook alone needs no caches: what it must know it reads live. */
function follows({ roles }: Config): boolean {
  return roles.has('controller') || roles.has('slack');
}

function slackWeb({ config, client, log }: Parts): Slack | undefined {
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

function createController({ config, client, log }: Parts, notifier: Notifier): Controller {
  const { workers, sweepSeconds, slackChannel } = config;
  return new Controller({
    client,
    notifier,
    log,
    instance: hostname(),
    workers,
    sweepSeconds,
    ...(slackChannel ? { slackChannel } : {}),
    decides: config.roles.has('controller'),
  });
}

function connect(
  { config, client, log }: Parts,
  controller: Controller,
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
    desk: {
      checkpoint: (namespace, name) => controller.checkpoint(namespace, name),
      read: (namespace, name) => client.get<Checkpoint>(CHECKPOINTS, { namespace, name }),
      view: (checkpoint, channel) => controller.view(checkpoint, channel),
      record: (click) => recordSlackVerdict({ client, log, now }, click),
      showAnew: async (checkpoint, message) => {
        const status = toBeShownAnew(checkpoint, message, now());
        if (status !== undefined) await client.patchStatus(CHECKPOINTS, checkpoint, status);
      },
    },
    ...(config.slackApiUrl ? { slackApiUrl: config.slackApiUrl } : {}),
  });
}

async function startWebhook({ config, client, log }: Parts): Promise<RunningServer> {
  if (config.webhookCertDir === undefined) {
    throw new UsageError(
      '--webhook-cert-dir: required by the role webhook; a folder with tls.crt and tls.key',
    );
  }
  const app = buildWebhook({
    getCheckpoint: (namespace, name) => client.get<Checkpoint>(CHECKPOINTS, { namespace, name }),
    operatorUsername: usernameOf(config),
    now: () => client.clock.now(),
    log,
    registry,
  });
  const { host, webhookPort: port, webhookCertDir: certDir } = config;
  return serveHttps(app, { host, port, certDir, log });
}

function warnings({ client }: Parts, slack: readonly (string | undefined)[]): string[] {
  const offset = Math.round(client.clock.offsetMs / 1000);
  return [
    ...client.problems(),
    ...slack.filter((problem) => problem !== undefined).map((problem) => `Slack: ${problem}`),
    ...(Math.abs(client.clock.offsetMs) > OFFSET_WARNING_MS
      ? [`this machine's clock is ${-offset} s ahead of the API server's`]
      : []),
  ];
}

function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
