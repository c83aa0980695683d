import { hostname } from 'node:os';
import { Admission } from './admission.ts';
import { type Config, parseConfig } from './config.ts';
import { Decider } from './decider.ts';
import { doctor } from './doctor/doctor.ts';
import { toError, UsageError } from './errors.ts';
import { usage } from './flags.ts';
import { buildHealth } from './health.ts';
import type { KubeClient } from './kube/client.ts';
import { loadKubeClient } from './kube/config.ts';
import { type ListeningServer, listenHttp } from './listen.ts';
import { createLogger, type Logger } from './log.ts';
import { registerProcessMetrics, registry } from './metrics.ts';
import type { Parts } from './parts.ts';
import { preflight } from './preflight.ts';
import type { SlackConnection } from './slack/connection/connect.ts';
import { connect, providersOf, readiness, slackWeb, warnings } from './wiring.ts';

/** How long a stop may take before the process ends all the same. */
const STOP_MS = 25_000;

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
    if (config.doctor) await endWithDoctor(config, log);
    // From here on: the first process of a container is sent no signal again that it did not listen for.
    const told = untilTold();
    await preflight(config);
    await run({ config, log, client: await clientOf(config, log) }, told);
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

/** @throws UsageError naming the flag, where one says which kubeconfig it is. */
async function clientOf(config: Config, log?: Logger): Promise<KubeClient> {
  try {
    return await loadKubeClient(config, log);
  } catch (error) {
    const { message } = toError(error);
    const named = config.kubeconfig === undefined || message.startsWith('--');
    throw new UsageError(named ? message : `--kubeconfig: ${message}`);
  }
}

async function endWithDoctor(config: Config, log: Logger): Promise<never> {
  // Without a log: what cannot be read is said once, by the doctor.
  const client = await clientOf(config);
  const slack = slackWeb({ config, log, client });
  process.exit(await doctor(config, { client, ...(slack ? { slack } : {}) }));
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/**
 * Start order: the API server, because all else needs it; health, so that a slow start can be watched; the controller,
 * whose caches the clicks use; Slack; the webhook last, so that what it lets in is looked after.
 */
async function run(parts: Parts, told: Promise<void>): Promise<void> {
  const { config, log, client } = parts;
  registerProcessMetrics(() => client.clock.offsetMs / 1000);
  const stopping = new AbortController();
  const web = slackWeb(parts);
  const decider = await Decider.of(parts, providersOf(parts, web));
  const slack = web === undefined ? undefined : connect(parts, decider?.checkpoints, web);
  const admission = Admission.of(parts, hostname());
  const notReady = readiness(parts, { decider, admission, signal: stopping.signal });
  let isStopping = false;
  const health = await listenHttp(
    buildHealth({
      registry,
      notReady: () => (isStopping ? Promise.resolve(['it was told to stop']) : notReady()),
      outOfSight: async () => (await decider?.outOfSight()) ?? [],
      dead: () => decider?.dead(),
      warnings: () => [
        ...warnings(parts, [slack?.problem(), ...(web?.secrets.problems() ?? [])]),
        ...(admission?.warnings() ?? []),
      ],
    }),
    { host: config.host, port: config.port, leavingMs: 0 },
  );
  const following = decider?.run(stopping.signal);
  const clicks =
    slack?.router && (await listenHttp(slack.router, { host: config.host, port: config.slackPort }));
  const webhookPort = await admission?.start(stopping.signal);
  log.info(
    { health: health.port, webhook: webhookPort, clicks: clicks?.port, roles: [...config.roles] },
    'the operator runs',
  );
  await told;
  isStopping = true;
  endLate(log);
  // At once: another replica takes the lead while this one still answers who has not left it.
  await Promise.all([admission?.stop(), stopClicks(clicks, slack), decider?.stop()]);
  stopping.abort();
  await following;
  await admission?.ended();
  await health.stop();
  await client.close();
  log.info('the operator has stopped');
  process.exit(0);
}

/** What comes before the listener is closed is worked on all the same. */
async function stopClicks(
  server: ListeningServer | undefined,
  slack: SlackConnection | undefined,
): Promise<void> {
  await server?.stop();
  await slack?.stop();
}

/** Whoever waits longer is killed anyway; a lead that was not given up ends by itself. */
function endLate(log: Logger): void {
  const late = (): never => {
    log.error(`what was under way has not ended within ${STOP_MS / 1000} s`);
    process.exit(1);
  };
  setTimeout(late, STOP_MS).unref();
}

function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
