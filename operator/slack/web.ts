import { LogLevel, WebClient } from '@slack/web-api';
import { UnsupportedInstallation } from './failures.ts';
import type { SlackSecrets } from './secrets.ts';

/** The whole of a delivery must end before another process may take it over. */
export const CALL_TIMEOUT_MS = 8_000;

export interface WebOptions {
  readonly secrets: SlackSecrets;
  /** Another Web API than Slack's own, for tests and the demo. */
  readonly slackApiUrl?: string;
}

/** Who the bot token speaks as. */
export interface BotIdentity {
  /** The one workspace that the app is installed in. */
  readonly team: string;
  /** The organisation that it belongs to, on Enterprise Grid. */
  readonly enterprise?: string;
  readonly botId: string;
  readonly userId: string;
  readonly appId: string;
}

/**
 * Slack's Web API by the token of now. Calls are made once, with a time-out: what is repeated, and when, is for the
 * reconciler to say, because a repeated post is a second message.
 */
export class SlackWeb {
  readonly #options: WebOptions;
  #client: { readonly token: string | undefined; readonly web: WebClient } | undefined;
  #identity: { readonly token: string | undefined; readonly bot: BotIdentity } | undefined;

  constructor(options: WebOptions) {
    this.#options = options;
  }

  get client(): WebClient {
    const token = this.#options.secrets.botToken();
    if (this.#client === undefined || this.#client.token !== token) {
      this.#client = { token, web: createClient(token, this.#options.slackApiUrl) };
    }
    return this.#client.web;
  }

  /** Asked once for each token. @throws UnsupportedInstallation, or what the client throws. */
  async identity(): Promise<BotIdentity> {
    const token = this.#options.secrets.botToken();
    if (this.#identity !== undefined && this.#identity.token === token) return this.#identity.bot;
    const said = await this.client.auth.test();
    if (said.is_enterprise_install === true) throw new UnsupportedInstallation();
    const { team_id: team = '', enterprise_id: enterprise, bot_id: botId = '', user_id: userId = '' } = said;
    const { bot } = await this.client.bots.info({ bot: botId });
    const appId = bot?.app_id ?? '';
    const identity = { team, botId, userId, appId, ...(enterprise ? { enterprise } : {}) };
    this.#identity = { token, bot: identity };
    return identity;
  }
}

function createClient(token: string | undefined, slackApiUrl: string | undefined): WebClient {
  return new WebClient(token, {
    timeout: CALL_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    // Its own log lines could hold parts of a message; what fails is reported by whoever called.
    logger: SILENT,
    ...(slackApiUrl ? { slackApiUrl } : {}),
  });
}

const ignore = (): void => undefined;

/** For the parts of Slack's libraries that would write to the console on their own. */
export const SILENT = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => LogLevel.ERROR,
  setName: ignore,
};
