import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

/** What a failed call to Slack means for a message. */
export interface Failure {
  /** CamelCase, for a condition. */
  readonly reason: string;
  /** What is wrong and the cure. */
  readonly message: string;
  /** Slack's own word for it, e.g. `channel_not_found`; empty where it gave none. */
  readonly code: string;
  readonly retryAfterSeconds?: number;
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

/** Never quotes a body: an answer may be a page of HTML or hold what nobody should read in a status. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError) {
    return { ...base('SlackRateLimited', 'Slack asks to wait.'), retryAfterSeconds: error.retryAfter };
  }
  if (error instanceof UnsupportedInstallation) return base('SlackInstalledOrgWide', error.message);
  if (error instanceof WebAPIPlatformError) return platformFailure(error);
  if (error instanceof WebAPIHTTPError) {
    return base('SlackUnavailable', `Slack answered HTTP ${error.statusCode}.`);
  }
  if (error instanceof WebAPIRequestError) {
    return base('SlackUnreachable', 'Slack did not answer. Check the network and https://slack-status.com.');
  }
  return base('SlackFailed', 'The call to Slack failed in an unknown way.');
}

function platformFailure({ data }: WebAPIPlatformError): Failure {
  const code = /^[a-z0-9_]{1,80}$/.test(data.error) ? data.error : '';
  const known = KNOWN[code];
  if (known === undefined) {
    return {
      ...base('SlackRefused', code ? `Slack refused: ${code}.` : 'Slack gave no usable answer.'),
      code,
    };
  }
  const { needed } = data as { needed?: unknown };
  const detail =
    code === 'missing_scope' && typeof needed === 'string' ? ` Missing: ${needed.slice(0, 100)}.` : '';
  return { ...base(known[0], `${code}: ${known[1]}${detail}`), code };
}

function base(reason: string, message: string): Failure {
  return { reason, message, code: '' };
}
