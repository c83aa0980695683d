import { parseArgs } from 'node:util';
import { UsageError } from '../../operator/errors.ts';

export interface ProbeOptions {
  readonly botToken: string;
  readonly appToken: string;
  readonly channel: string;
  /** How long the click is waited for. */
  readonly waitSeconds: number;
  /** Another Web API than Slack's own, for tests. */
  readonly slackApiUrl?: string;
  readonly help: boolean;
}

export const USAGE = `Finds out what Slack does to messages and windows, in a real workspace.

usage: SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… SLACK_CHANNEL=C0123ABCD45 make probe-slack

It posts one message with all that Slack's documents leave open, waits for one click on its button, opens one window, and
prints where Slack's answers, the channel's history and the click differ from what was sent. Everything that it posted is
deleted at the end, also where it fails or is interrupted.

  SLACK_BOT_TOKEN    the bot token of an app made from slack-app-manifest.yaml, invited to the channel
  SLACK_APP_TOKEN    its app token, with the scope connections:write
  SLACK_CHANNEL      the id of a channel for tests
  WAIT=SECONDS       how long the click is waited for (default: 300)

Use an app that no operator is connected with: Slack hands a click to any open socket of an app.
`;

/** @throws UsageError that names the flag or variable and the cure. */
export function parseOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ProbeOptions {
  const { help = false, wait, 'slack-api-url': slackApiUrl } = parsed(args);
  const variable = (name: string, form: RegExp, what: string): string => {
    const value = environment[name] ?? '';
    if (help || form.test(value)) return value;
    throw new UsageError(
      `${name} is ${value === '' ? 'not set' : 'not right'}: ${what}. See make probe-slack HELP=1.`,
    );
  };
  return {
    help,
    botToken: variable('SLACK_BOT_TOKEN', /^xoxb-/, 'it is the bot token (xoxb-…) of the app'),
    appToken: variable('SLACK_APP_TOKEN', /^xapp-/, 'it is the app token (xapp-…), with connections:write'),
    channel: variable(
      'SLACK_CHANNEL',
      /^[CG][A-Z0-9]{8,}$/,
      'it is the id of a channel, such as C0123ABCD45',
    ),
    waitSeconds: secondsOf(wait || '300'),
    ...(slackApiUrl ? { slackApiUrl } : {}),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { help: { type: 'boolean' }, wait: text, 'slack-api-url': text } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function secondsOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new UsageError(`WAIT: '${text}' is no number of seconds from 1 to 9999`);
  return Number(text);
}
