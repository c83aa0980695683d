import { parseArgs } from 'node:util';
import { isSlackChannel } from '../crds/names.ts';
import { UsageError } from './errors.ts';

export type Role = 'controller' | 'webhook' | 'slack';
export type SlackTransport = 'socket' | 'http' | 'off';

/** Everything the process was told, read once. Secrets are paths or environment names, never values. */
export interface Config {
  readonly help: boolean;
  readonly roles: ReadonlySet<Role>;
  readonly logLevel: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where the operator lives, and the service account it runs as: the policies trust exactly this name. */
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly host: string;
  /** Metrics and health, plain HTTP. */
  readonly port: number;
  readonly workers: number;
  readonly sweepSeconds: number;
  readonly webhookPort: number;
  readonly webhookCertDir?: string;
  readonly slackTransport: SlackTransport;
  readonly slackPort: number;
  readonly slackChannel?: string;
  readonly slackApiUrl?: string;
  readonly slackSecretDir?: string;
  readonly slackSharedChannels: boolean;
}

interface Option {
  readonly type: 'string' | 'boolean';
  readonly default?: string | boolean;
  readonly value?: string;
  readonly help: string;
}

const OPTIONS = {
  roles: {
    type: 'string',
    default: 'controller,webhook,slack',
    value: 'LIST',
    help: 'which of controller, webhook and slack this process runs',
  },
  kubeconfig: {
    type: 'string',
    value: 'FILE',
    help: 'kubeconfig file; default: in-cluster, then KUBECONFIG, then ~/.kube/config',
  },
  context: { type: 'string', value: 'NAME', help: 'context of the kubeconfig; default: its current one' },
  namespace: { type: 'string', default: 'approvalgate', value: 'NAME', help: "the operator's own namespace" },
  'service-account': {
    type: 'string',
    default: 'approvalgate',
    value: 'NAME',
    help: "the operator's service account; the policies trust exactly this one",
  },
  host: { type: 'string', default: '0.0.0.0', value: 'ADDRESS', help: 'address that all servers listen on' },
  port: {
    type: 'string',
    default: '8080',
    value: 'PORT',
    help: 'plain HTTP: /metrics, /healthz, /readyz; 0 picks a free one',
  },
  workers: { type: 'string', default: '32', value: 'COUNT', help: 'checkpoints worked on at once' },
  'sweep-seconds': {
    type: 'string',
    default: '600',
    value: 'SECONDS',
    help: 'how often settled checkpoints are swept',
  },
  'webhook-port': { type: 'string', default: '9443', value: 'PORT', help: 'HTTPS: admission' },
  'webhook-cert-dir': {
    type: 'string',
    value: 'DIR',
    help: 'holds tls.crt and tls.key; both are read again when they change',
  },
  'slack-transport': {
    type: 'string',
    default: 'socket',
    value: 'KIND',
    help: 'socket, http, or off for reviews by kubectl alone',
  },
  'slack-port': {
    type: 'string',
    default: '3000',
    value: 'PORT',
    help: 'plain HTTP: /slack/events, with --slack-transport http',
  },
  'slack-channel': {
    type: 'string',
    value: 'ID',
    help: 'channel for questions that no rule and no namespace routes',
  },
  'slack-api-url': { type: 'string', value: 'URL', help: "another Slack Web API; default: Slack's own" },
  'slack-secret-dir': {
    type: 'string',
    value: 'DIR',
    help:
      'files bot-token, app-token, signing-secret (one or two lines), read again when they change; ' +
      'default: SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET',
  },
  'slack-shared-channels': {
    type: 'boolean',
    default: false,
    help: 'post to channels shared with other organisations too',
  },
  'log-level': { type: 'string', default: 'info', value: 'LEVEL', help: 'debug, info, warn or error' },
  help: { type: 'boolean', default: false, help: 'show this text' },
} as const satisfies Record<string, Option>;

/** The one account that the policies let write. */
export function usernameOf({ namespace, serviceAccount }: Config): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}

/** @throws UsageError naming the flag and what it takes. */
export function parseConfig(args: readonly string[]): Config {
  const values = parsedValues(args);
  return {
    help: values.help,
    roles: roles(values.roles),
    logLevel: oneOf('--log-level', values['log-level'], ['debug', 'info', 'warn', 'error', 'silent']),
    ...optional('kubeconfig', values.kubeconfig),
    ...optional('context', values.context),
    namespace: values.namespace,
    serviceAccount: values['service-account'],
    host: values.host,
    port: whole('--port', values.port, 0, 65_535),
    workers: whole('--workers', values.workers, 1, 1024),
    sweepSeconds: whole('--sweep-seconds', values['sweep-seconds'], 1, 86_400),
    webhookPort: whole('--webhook-port', values['webhook-port'], 0, 65_535),
    ...optional('webhookCertDir', values['webhook-cert-dir']),
    slackTransport: oneOf('--slack-transport', values['slack-transport'], ['socket', 'http', 'off']),
    slackPort: whole('--slack-port', values['slack-port'], 0, 65_535),
    ...optional('slackChannel', channel(values['slack-channel'])),
    ...optional('slackApiUrl', values['slack-api-url']),
    ...optional('slackSecretDir', values['slack-secret-dir']),
    slackSharedChannels: values['slack-shared-channels'],
  };
}

function parsedValues(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]?: string });
}

function channel(id: string | undefined): string | undefined {
  if (!id || isSlackChannel(id)) return id;
  throw new UsageError(`--slack-channel: '${id}' is no channel id, such as C0123ABCD45`);
}

const ROLES = ['controller', 'webhook', 'slack'] as const;

function roles(list: string): Set<Role> {
  return new Set(list.split(',').map((role) => oneOf('--roles', role.trim(), ROLES)));
}

function oneOf<const T extends string>(flag: string, value: string, known: readonly T[]): T {
  const match = known.find((each) => each === value);
  if (match === undefined) throw new UsageError(`${flag}: '${value}' is not one of ${known.join(', ')}`);
  return match;
}

function whole(flag: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new UsageError(`${flag}: '${value}' is not a whole number from ${least} to ${most}`);
}

/** The text of --help, made from the same table that parses the flags. */
export function usage(): string {
  const lines = Object.entries<Option>(OPTIONS).map(([name, option]) => {
    const flag = `  --${name}${option.value ? ` ${option.value}` : ''}`;
    const preset = typeof option.default === 'string' ? ` (default: ${option.default})` : '';
    return `${flag.padEnd(32)}${option.help}${preset}`;
  });
  return ['ApprovalGate operator', '', 'usage: node operator/main.ts [flags]', '', ...lines, ''].join('\n');
}
