interface Option {
  readonly type: 'string' | 'boolean';
  readonly default?: string | boolean;
  readonly value?: string;
  readonly help: string;
}

/** Every flag; what parses them and `--help` are made from it. */
export const OPTIONS = {
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
  'leader-elect': {
    type: 'boolean',
    default: false,
    help: 'of several processes with the role controller one decides, elected by a Lease in --namespace; the others stand by',
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
    help: 'holds tls.crt and tls.key, as of cert-manager; both are read again when they change',
  },
  'webhook-cert-secret': {
    type: 'string',
    value: 'NAME',
    help: 'Secret for a certificate that the operator makes and renews; instead of --webhook-cert-dir',
  },
  'webhook-service': {
    type: 'string',
    value: 'NAME',
    help: 'Service by which the API server calls the webhook; with --webhook-cert-secret',
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
  'log-level': {
    type: 'string',
    default: 'info',
    value: 'LEVEL',
    help: 'debug, info, warn, error or silent',
  },
  doctor: {
    type: 'boolean',
    default: false,
    help: 'look at the installation that these flags describe, say what is missing and how to mend it, and end',
  },
  help: { type: 'boolean', default: false, help: 'show this text' },
} as const satisfies Record<string, Option>;

/** The text of --help. */
export function usage(): string {
  const lines = Object.entries<Option>(OPTIONS).map(([name, option]) => {
    const flag = `  --${name}${option.value ? ` ${option.value}` : ''}`;
    const preset = typeof option.default === 'string' ? ` (default: ${option.default})` : '';
    return `${flag.padEnd(32)}${option.help}${preset}`;
  });
  return ['ApprovalGate operator', '', 'usage: node operator/main.ts [flags]', '', ...lines, ''].join('\n');
}
