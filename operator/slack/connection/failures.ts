import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { inQuotes } from '../../model/quoted.ts';
import { startOf } from '../../model/text.ts';

/** What a failed call to Slack means for a message. */
export interface Failure {
  /** CamelCase, for a condition. */
  readonly reason: string;
  /** What is wrong and the cure. */
  readonly message: string;
  /** Slack's own word for it, e.g. `channel_not_found`; empty where it gave none. */
  readonly code: string;
  readonly retryAfterSeconds?: number;
  /** Slack may have carried the call out all the same. */
  readonly inDoubt: boolean;
}

/** Slack answered `ok` without what the answer must have. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';

  constructor(method: string) {
    super(`Slack answered ${method} with ok, but without what the answer must have.`);
  }
}

const BOT = 'Invite the bot to the channel: /invite @approvalgate.';
const TOKEN =
  'Check SLACK_BOT_TOKEN: it must be the bot token (xoxb-…) of an app that is installed in the workspace.';
const SCOPE = 'Give the app the scopes of slack-app-manifest.yaml and install it again.';
const POLICY = "Ask the workspace's administrators: a policy of theirs forbids it.";

/** Slack's error codes in our words. Source: the methods' reference pages. */
const KNOWN: Readonly<Record<string, readonly [reason: string, cure: string]>> = {
  channel_not_found: [
    'SlackChannelNotFound',
    `The channel does not exist, or it is private and the bot is not in it. ${BOT}`,
  ],
  not_in_channel: ['SlackNotInChannel', BOT],
  is_archived: ['SlackChannelArchived', 'The channel is archived. Name another one.'],
  invalid_auth: ['SlackAuthFailed', TOKEN],
  not_authed: ['SlackAuthFailed', TOKEN],
  account_inactive: ['SlackAuthFailed', TOKEN],
  token_revoked: ['SlackAuthFailed', TOKEN],
  token_expired: ['SlackAuthFailed', TOKEN],
  not_allowed_token_type: ['SlackAuthFailed', TOKEN],
  missing_scope: ['SlackMissingScope', SCOPE],
  message_not_found: ['SlackMessageGone', 'The message was deleted in Slack.'],
  cant_update_message: ['SlackMessageLocked', 'The message can no longer be changed.'],
  edit_window_closed: ['SlackMessageLocked', 'The message can no longer be changed.'],
  msg_too_long: ['SlackMessageTooLong', 'The message is longer than Slack takes.'],
  msg_blocks_too_long: ['SlackMessageTooLong', 'The message is longer than Slack takes.'],
  invalid_blocks: ['SlackMessageRefused', 'Slack refused the form of the message.'],
  restricted_action: ['SlackForbidden', POLICY],
  ekm_access_denied: ['SlackForbidden', POLICY],
  team_access_not_granted: ['SlackForbidden', POLICY],
  ratelimited: ['SlackRateLimited', 'Slack asks to wait.'],
  rate_limited: ['SlackRateLimited', 'Slack asks to wait.'],
  message_limit_exceeded: ['SlackRateLimited', 'Slack asks to wait.'],
};

/** The app is installed for a whole organisation, where no workspace says whose members decide. */
export class UnsupportedInstallation extends Error {
  constructor() {
    super(
      'The app is installed for the whole Enterprise Grid organisation, and that is not supported: whose members decide would be open. ' +
        'Install it in one workspace and set the bot token of that installation; channels may be shared with other workspaces.',
    );
  }
}

/** Errors after which Slack may have done its work. Every other code says that it did nothing. */
const UNCERTAIN = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'accesslimited',
  '',
]);

/** The connection was never there, so nothing was sent. Source: Node's and undici's error codes. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** How much of what Slack said is repeated, in characters. */
const SAID = 200;

/** Repeats of what was answered only Slack's own words on the call, bounded; of a page, its first words without markup. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError) return rateLimited(error.retryAfter);
  if (error instanceof WebAPIPlatformError) return platformFailure(error);
  if (error instanceof WebAPIHTTPError) {
    const { statusCode, body } = error;
    return inDoubt('SlackUnavailable', `Slack answered HTTP ${statusCode}${said(wordsOf(body))}.`);
  }
  if (error instanceof WebAPIRequestError) return unreachable(error.original);
  if (error instanceof UnsupportedInstallation) {
    return { reason: 'SlackInstalledOrgWide', message: error.message, code: '', inDoubt: false };
  }
  if (error instanceof UnusableAnswer) return inDoubt('SlackAnswerUnusable', error.message);
  return inDoubt('SlackFailed', 'The call to Slack failed in an unknown way.');
}

/** What a code of Slack's means, where Slack need not be asked. */
export function failureBy(code: string): Failure {
  const [reason, cure] = KNOWN[code] ?? ['SlackRefused', 'Slack refuses it.'];
  return { reason, message: `${code}: ${cure}`, code, inDoubt: false };
}

function rateLimited(seconds: number): Failure {
  const message = `Slack asks to wait for ${seconds} s.`;
  return { reason: 'SlackRateLimited', message, code: '', inDoubt: false, retryAfterSeconds: seconds };
}

function unreachable(error: Error): Failure {
  const code = [error, error.cause]
    .map((each) => (each as { code?: unknown } | undefined)?.code)
    .find(isCode);
  const detail = code === undefined ? '' : ` (${code})`;
  const message = `Slack did not answer${detail}. Check the network and https://slack-status.com.`;
  return { ...inDoubt('SlackUnreachable', message), inDoubt: !UNSENT.has(code ?? '') };
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Z0-9_]{1,40}$/.test(value);
}

function platformFailure({ data }: WebAPIPlatformError): Failure {
  const code = /^[a-z0-9_]{1,80}$/.test(data.error) ? data.error : '';
  const doubtful = UNCERTAIN.has(code);
  if (code === '') {
    return inDoubt('SlackRefused', `Slack gave no usable answer${said(wordsOf(data.error))}.`);
  }
  const messages = said((data.response_metadata?.messages ?? []).map(wordsOf).join(' '));
  if (KNOWN[code] === undefined) {
    return { reason: 'SlackRefused', message: `Slack refused: ${code}${messages}.`, code, inDoubt: doubtful };
  }
  const { needed } = data as { needed?: unknown };
  const detail =
    code === 'missing_scope' && typeof needed === 'string' ? ` Missing: ${needed.slice(0, 100)}.` : '';
  const failure = failureBy(code);
  return {
    ...failure,
    message: `${failure.message}${detail}${messages ? ` Slack said${messages}.` : ''}`,
    inDoubt: doubtful,
  };
}

function inDoubt(reason: string, message: string): Failure {
  return { reason, message, code: '', inDoubt: true };
}

/** Words out of whatever was answered: no tags, nothing invisible, one line, bounded. */
function wordsOf(said: unknown): string {
  if (typeof said !== 'string') return '';
  const words = said
    .slice(0, 20 * SAID)
    .replace(/<(script|style).*?<\/\1>|<[^>]*>?/gisu, ' ')
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}]+/gu, ' ')
    .trim();
  return startOf(words, SAID);
}

function said(words: string): string {
  return words === '' ? '' : `: ${inQuotes(words.slice(0, SAID))}`;
}
