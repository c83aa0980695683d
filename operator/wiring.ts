import type { Admission } from './admission.ts';
import { usernameOf } from './config.ts';
import type { Decider } from './decider.ts';
import { checkAccount } from './kube/whoami.ts';
import type { ChatProvider } from './messages/provider.ts';
import type { Parts } from './parts.ts';
import { checkpointAccess } from './reconcile/checkpoint-access.ts';
import type { CheckpointLister } from './reconcile/wiring.ts';
import { recorder } from './reviews/record.ts';
import { connectSlack, type SlackConnection } from './slack/connection/connect.ts';
import { type SlackSecrets, secretsFromEnvironment, secretsFromFolder } from './slack/connection/secrets.ts';
import { SlackWeb } from './slack/connection/web.ts';
import { SlackNotifier, slackIsOff } from './slack/posting/notifier.ts';

/** A clock that is further off makes deadlines hard to understand, though not wrong. */
const OFFSET_WARNING_MS = 5_000;

export interface Slack {
  readonly secrets: SlackSecrets;
  readonly web: SlackWeb;
  readonly provider: ChatProvider;
}

/** Undefined where nobody is asked in Slack. */
export function slackWeb({ config, client, log }: Parts): Slack | undefined {
  const { slackTransport, slackSecretDir, slackApiUrl } = config;
  if (slackTransport === 'off') return undefined;
  const secrets = slackSecretDir
    ? secretsFromFolder(slackSecretDir, log)
    : secretsFromEnvironment(process.env);
  const web = new SlackWeb({ secrets, ...(slackApiUrl ? { slackApiUrl } : {}) });
  const { slackSharedChannels: allowSharedChannels, slackChannel } = config;
  const now = (): number => client.clock.now().getTime();
  const provider = new SlackNotifier({
    web,
    allowSharedChannels,
    log,
    now,
    ...(slackChannel ? { defaultChannel: slackChannel } : {}),
  });
  return { secrets, web, provider };
}

/** The chat products of this process: a list, to which a second one would be added here. */
export function providersOf({ config: { slackChannel } }: Parts, slack: Slack | undefined): ChatProvider[] {
  return [slack?.provider ?? slackIsOff(slackChannel)];
}

/** Undefined where no clicks come to this process. Without a lister each checkpoint is read when it is clicked. */
export function connect(
  { config, client, log }: Parts,
  lister: CheckpointLister | undefined,
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
    checkpoints: checkpointAccess({ client, lister, record: recorder({ client, log, now }), now }),
    ...(config.slackApiUrl ? { slackApiUrl: config.slackApiUrl } : {}),
  });
}

interface Running {
  readonly decider: Decider | undefined;
  readonly admission: Admission | undefined;
  /** Ends what is asked for the answer. */
  readonly signal: AbortSignal;
}

/** Gives sentences on what the process cannot do yet, or cannot do now. */
export function readiness(
  { config, client, log }: Parts,
  { decider, admission, signal }: Running,
): () => Promise<string[]> {
  const { roles } = config;
  // Who only serves admission writes no checkpoint.
  const writes = roles.has('controller') || roles.has('slack');
  const account = writes ? checkAccount(client, usernameOf(config), { signal, log }) : () => [];
  return async () => [...(decider?.notReady() ?? []), ...account(), ...((await admission?.notReady()) ?? [])];
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
