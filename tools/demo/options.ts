import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../../operator/errors.ts';

type ClickChoice = 'approve' | 'deny' | 'none' | 'person';

export interface DemoOptions {
  readonly click: ClickChoice;
  readonly existing?: { readonly kubeconfig: string; readonly context?: string };
  readonly webhookHost: string;
  /** A real workspace instead of the desk. */
  readonly slack?: { readonly botToken: string; readonly appToken: string; readonly channel: string };
  readonly help: boolean;
}

export const USAGE = `ApprovalGate demo: three agents ask, two rules and one person answer.

usage: make demo [CLICK=approve|deny|none] [CONTEXT=NAME] [WEBHOOK_HOST=ADDRESS]

  CLICK          who answers the third agent: approve or deny click by themselves, none lets a short deadline
                 end it; without it, you click in the browser
  CONTEXT        run in the cluster of this kubeconfig context instead of a control plane of the demo's own;
                 ApprovalGate must not be there yet, and nothing of it is left at the end
  WEBHOOK_HOST   where that cluster's API server reaches this machine (default: 127.0.0.1)

With SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_CHANNEL set, the question goes to a real Slack workspace.
`;

/** @throws UsageError naming the flag or variable and the cure. */
export function parseOptions(args: readonly string[], environment: NodeJS.ProcessEnv): DemoOptions {
  const { values } = parsed(args);
  const slack = slackOf(environment);
  return {
    click: clickOf(values.click ?? '', slack !== undefined),
    help: values.help ?? false,
    webhookHost: values['webhook-host'] || '127.0.0.1',
    ...(values.context
      ? { existing: { kubeconfig: kubeconfigOf(environment), context: values.context } }
      : {}),
    ...(slack ? { slack } : {}),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { click: text, context: text, 'webhook-host': text, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function clickOf(value: string, real: boolean): ClickChoice {
  if (value === '') return 'person';
  if (value !== 'approve' && value !== 'deny' && value !== 'none') {
    throw new UsageError(`CLICK: '${value}' is not one of approve, deny, none`);
  }
  if (real && value !== 'none')
    throw new UsageError('CLICK: in a real workspace a person clicks; leave it out');
  return value;
}

function slackOf(environment: NodeJS.ProcessEnv): DemoOptions['slack'] {
  const botToken = environment['SLACK_BOT_TOKEN'];
  const appToken = environment['SLACK_APP_TOKEN'];
  const channel = environment['SLACK_CHANNEL'];
  if (!botToken && !appToken) return undefined;
  if (!botToken || !appToken || !channel) {
    throw new UsageError(
      'SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_CHANNEL (a channel id) are needed together',
    );
  }
  return { botToken, appToken, channel };
}

function kubeconfigOf(environment: NodeJS.ProcessEnv): string {
  return environment['KUBECONFIG'] || join(homedir(), '.kube', 'config');
}
