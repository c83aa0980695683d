import type { Cluster } from '../cluster/cluster.ts';
import { type Installation, install, webhookCertificate } from '../cluster/install.ts';
import { freePort } from '../cluster/processes.ts';
import type { SlackDeskOptions } from '../slack-desk/desk.ts';
import { type RunningSlackDesk, startSlackDesk } from '../slack-desk/start.ts';
import { OperatorProcess } from './operator-process.ts';

export const CHANNEL = 'C0APPROVAL';
export const OTHER_CHANNEL = 'C0FINANCE1';
export const MIA = 'U0MIA00001';
export const TOM = 'U0TOM00001';

const LOOPBACK = '127.0.0.1';

const TOKENS = { botToken: 'xoxb-test', appToken: 'xapp-test', signingSecret: 'test-signing-secret' };

/** The people and channels of the workspace, the same in tests and demo. */
const WORKSPACE: Pick<SlackDeskOptions, 'users' | 'channels'> = {
  users: [
    { id: MIA, name: 'mia', realName: 'Mia Wong' },
    { id: TOM, name: 'tom', realName: 'Tom Baker' },
  ],
  channels: [
    { id: CHANNEL, name: 'approvals', members: [MIA, TOM] },
    { id: OTHER_CHANNEL, name: 'finance', members: [MIA, TOM] },
  ],
};

export interface TestEnvironmentOptions {
  readonly transport?: 'socket' | 'http';
  /** Where questions go that no rule and no namespace routes; absent: nowhere. */
  readonly channel?: string;
  readonly desk?: Partial<SlackDeskOptions>;
  readonly deskPort?: number;
  /** A real workspace instead of the desk. */
  readonly slack?: { readonly botToken: string; readonly appToken: string; readonly channel: string };
  /** Where the API server reaches this machine; default: loopback. */
  readonly webhookHost?: string;
  readonly logFile?: string;
  /** The operator's program; default: this checkout's source. */
  readonly main?: string;
  /** Of every operator. */
  readonly flags?: readonly string[];
}

interface Process {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly webhook?: { readonly port: number; readonly certDir: string };
  /** Where Slack's signed requests are taken. */
  readonly slackPort: number;
}

/** A whole installation on loopback: guards and webhook in a cluster, Slack's double, and the operator's process. */
export class TestEnvironment {
  readonly cluster: Cluster;
  readonly installation: Installation;
  readonly #desk: RunningSlackDesk | undefined;
  readonly #webhook: { readonly port: number; readonly certDir: string };
  readonly #slackPort: number;
  readonly #options: TestEnvironmentOptions;
  #operator: OperatorProcess | undefined;

  private constructor(parts: {
    cluster: Cluster;
    desk: RunningSlackDesk | undefined;
    installation: Installation;
    webhook: { port: number; certDir: string };
    slackPort: number;
    options: TestEnvironmentOptions;
  }) {
    this.cluster = parts.cluster;
    this.#desk = parts.desk;
    this.installation = parts.installation;
    this.#webhook = parts.webhook;
    this.#slackPort = parts.slackPort;
    this.#options = parts.options;
  }

  static async start(cluster: Cluster, options: TestEnvironmentOptions = {}): Promise<TestEnvironment> {
    const [webhookPort, slackPort] = [await freePort(), await freePort()];
    const { webhookHost = LOOPBACK } = options;
    const { certDir, caBundle } = await webhookCertificate(webhookHost, cluster.folder);
    const webhook = { port: webhookPort, certDir };
    const url = `https://${webhookHost}:${webhookPort}`;
    const installation = await install(cluster, { webhook: { url, caBundle } });
    const desk = options.slack ? undefined : await openDesk(options, slackPort);
    const environment = new TestEnvironment({ cluster, desk, installation, webhook, slackPort, options });
    try {
      await environment.startOperator();
    } catch (error) {
      await environment.stop();
      throw error;
    }
    return environment;
  }

  get desk(): RunningSlackDesk {
    if (this.#desk === undefined) throw new Error('this environment talks to a real workspace');
    return this.#desk;
  }

  get operator(): OperatorProcess {
    if (this.#operator === undefined) throw new Error('the operator does not run');
    return this.#operator;
  }

  /** As after a crash or a deployment: the same flags, a new process. */
  async startOperator(
    flags: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<OperatorProcess> {
    const [webhook, slackPort] = [this.#webhook, this.#slackPort];
    this.#operator = await this.#start({ flags, environment, webhook, slackPort });
    const { transport = 'socket' } = this.#options;
    if (transport === 'socket' && takesClicks([...(this.#options.flags ?? []), ...flags]))
      await this.#desk?.sockets.untilOpen(1);
    return this.#operator;
  }

  /** One more beside it, without admission; by default nobody knows where it takes Slack's requests. */
  anotherOperator(slackPort = 0, flags: readonly string[] = []): Promise<OperatorProcess> {
    return this.#start({ flags, environment: {}, slackPort });
  }

  #start({ flags, environment, webhook, slackPort }: Process): Promise<OperatorProcess> {
    const { transport = 'socket', channel, logFile, main, slack, webhookHost = LOOPBACK } = this.#options;
    const tokens = slack ?? TOKENS;
    return OperatorProcess.start({
      kubeconfig: this.installation.operatorKubeconfig,
      environment: {
        SLACK_BOT_TOKEN: tokens.botToken,
        SLACK_APP_TOKEN: tokens.appToken,
        SLACK_SIGNING_SECRET: TOKENS.signingSecret,
        ...environment,
      },
      host: webhookHost === LOOPBACK ? LOOPBACK : '0.0.0.0',
      flags: [
        ...['--slack-transport', transport],
        ...(this.#desk ? ['--slack-api-url', this.#desk.apiUrl] : []),
        ...(channel ? ['--slack-channel', channel] : []),
        ...(this.#options.flags ?? []),
        ...flags,
      ],
      slackPort,
      ...(webhook ? { webhook } : {}),
      ...(logFile ? { logFile } : {}),
      ...(main ? { main } : {}),
    });
  }

  async stop(): Promise<void> {
    await this.#operator?.stop();
    await this.#desk?.close();
  }
}

/** A process for admission alone opens no socket. */
function takesClicks(flags: readonly string[]): boolean {
  const roles = flags[flags.indexOf('--roles') + 1] ?? '';
  return !flags.includes('--roles') || roles.includes('slack');
}

function openDesk(options: TestEnvironmentOptions, slackPort: number): Promise<RunningSlackDesk> {
  return startSlackDesk({
    transport: options.transport ?? 'socket',
    ...TOKENS,
    ...WORKSPACE,
    requestUrl: `http://${LOOPBACK}:${slackPort}/slack/events`,
    ...(options.deskPort === undefined ? {} : { port: options.deskPort }),
    ...options.desk,
  });
}
