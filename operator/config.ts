import { parseArgs } from 'node:util';
import { UsageError } from './errors.ts';
import { OPTIONS } from './flags.ts';
import { isSlackChannel } from './model/slack-channel.ts';

type Role = 'controller' | 'webhook' | 'slack';
type SlackTransport = 'socket' | 'http' | 'off';

/** Everything the process was told, read once. Secrets are paths or environment names, never values. */
export interface Config {
  readonly help: boolean;
  /** Look at an installation instead of running it. */
  readonly doctor: boolean;
  readonly roles: ReadonlySet<Role>;
  readonly logLevel: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where the operator lives, and the service account it runs as: the policies trust exactly this name. */
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Whether one of several processes decides, instead of this one whatever others do. */
  readonly leaderElect: boolean;
  readonly host: string;
  /** Metrics and health, plain HTTP. */
  readonly port: number;
  readonly workers: number;
  readonly sweepSeconds: number;
  readonly webhookPort: number;
  readonly webhookCertDir?: string;
  /** Where the webhook keeps a certificate that it makes itself, and the Service by which it is called. */
  readonly webhookCertSecret?: string;
  readonly webhookService?: string;
  readonly slackTransport: SlackTransport;
  readonly slackPort: number;
  readonly slackChannel?: string;
  readonly slackApiUrl?: string;
  readonly slackSecretDir?: string;
  readonly slackSharedChannels: boolean;
}

/** The one account that the policies let write. */
export function usernameOf({ namespace, serviceAccount }: Config): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}

/** @throws UsageError naming the flag and what it takes. */
export function parseConfig(args: readonly string[]): Config {
  const values = parsedValues(args);
  const config: Config = {
    help: values.help,
    doctor: values.doctor,
    roles: roles(values.roles),
    logLevel: oneOf('--log-level', values['log-level'], ['debug', 'info', 'warn', 'error', 'silent']),
    ...optional('kubeconfig', values.kubeconfig),
    ...optional('context', values.context),
    namespace: label('--namespace', values.namespace),
    serviceAccount: label('--service-account', values['service-account']),
    leaderElect: values['leader-elect'],
    host: values.host,
    port: whole('--port', values.port, 0, 65_535),
    workers: whole('--workers', values.workers, 1, 1024),
    sweepSeconds: whole('--sweep-seconds', values['sweep-seconds'], 1, 86_400),
    webhookPort: whole('--webhook-port', values['webhook-port'], 0, 65_535),
    ...optional('webhookCertDir', values['webhook-cert-dir']),
    ...optional('webhookCertSecret', label('--webhook-cert-secret', values['webhook-cert-secret'])),
    ...optional('webhookService', label('--webhook-service', values['webhook-service'])),
    slackTransport: oneOf('--slack-transport', values['slack-transport'], ['socket', 'http', 'off']),
    slackPort: whole('--slack-port', values['slack-port'], 0, 65_535),
    ...optional('slackChannel', channel(values['slack-channel'])),
    ...optional('slackApiUrl', url('--slack-api-url', values['slack-api-url'])),
    ...optional('slackSecretDir', values['slack-secret-dir']),
    slackSharedChannels: values['slack-shared-channels'],
  };
  if (!config.help && !config.doctor) refuseContradictions(config);
  return config;
}

/** What each flag alone cannot say. */
function refuseContradictions(config: Config): void {
  if (config.roles.has('webhook')) refuseUnclearCertificate(config);
  const taken = new Map<number, string>();
  for (const { flag, port } of portsOf(config)) {
    const other = taken.get(port);
    if (other !== undefined && port !== 0) throw new UsageError(`${flag}: ${port} is that of ${other} too`);
    taken.set(port, flag);
  }
}

/** One way to a certificate, whole. */
function refuseUnclearCertificate({ webhookCertDir, webhookCertSecret, webhookService }: Config): void {
  if (webhookCertDir !== undefined && webhookCertSecret !== undefined) {
    throw new UsageError(
      '--webhook-cert-secret: the certificate is that of --webhook-cert-dir; leave one of both out',
    );
  }
  if (webhookCertSecret !== undefined && webhookService === undefined) {
    throw new UsageError(
      '--webhook-service: required by --webhook-cert-secret; the Service by which the API server calls the webhook',
    );
  }
  if (webhookCertSecret === undefined && webhookService !== undefined) {
    throw new UsageError('--webhook-service: is for --webhook-cert-secret alone; leave it out');
  }
  if (webhookCertDir === undefined && webhookCertSecret === undefined) {
    throw new UsageError(
      '--webhook-cert-secret or --webhook-cert-dir: one of them is required by the role webhook; the Secret in which the ' +
        'operator keeps a certificate that it makes, or a folder with tls.crt and tls.key (or leave webhook out of --roles)',
    );
  }
}

/** The ports that this process listens on. */
export function portsOf(config: Config): { readonly flag: string; readonly port: number }[] {
  const { roles, slackTransport, port, webhookPort, slackPort } = config;
  return [
    { flag: '--port', port },
    ...(roles.has('webhook') ? [{ flag: '--webhook-port', port: webhookPort }] : []),
    ...(roles.has('slack') && slackTransport === 'http' ? [{ flag: '--slack-port', port: slackPort }] : []),
  ];
}

function parsedValues(args: readonly string[]) {
  const values = parsed(args);
  for (const [name, value] of Object.entries(values)) {
    // As of a variable that is not set: the default would be another cluster, or another folder, than was meant.
    if (value === '') throw new UsageError(`--${name}: is empty; leave it out for its default`);
  }
  return values;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}

/** The policies trust the name that is made of both. */
function label<T extends string | undefined>(flag: string, name: T): T {
  if (name === undefined || /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(`${flag}: '${name}' is no name of Kubernetes, such as approvalgate`);
}

function url(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new UsageError(`${flag}: '${text}' is no URL that begins with https:// or http://`);
}

function channel(id: string | undefined): string | undefined {
  if (id === undefined || isSlackChannel(id)) return id;
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
