import { LogLevel, type WebAPICallResult, WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import { CALL_TIMEOUT_MS } from '../../messages/timing.ts';
import { systemTimers, type Timers } from '../../timers.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { UnsupportedInstallation, UnusableAnswer } from './failures.ts';
import { proxiedFetch } from './proxied.ts';
import { Rates } from './rates.ts';
import type { SlackSecrets } from './secrets.ts';

interface WebOptions {
  readonly secrets: SlackSecrets;
  /** Another Web API than Slack's own, for tests and the demo. */
  readonly slackApiUrl?: string;
  /** For the limits that are kept on this side. */
  readonly timers?: Timers;
}

/** How long what Slack told of an account may be taken for true, where it cannot be asked. */
const USER_MS = 30_000;

interface Asked {
  readonly answer: Promise<unknown>;
  readonly askedAt: number;
  isTold: boolean;
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
 * reconciler to say, because a repeated post is a second message. Calls wait until Slack's limits let them.
 */
export class SlackWeb {
  readonly rates: Rates;
  readonly #options: WebOptions;
  readonly #timers: Timers;
  #client: { readonly token: string | undefined; readonly web: WebClient } | undefined;
  readonly #users = new Map<string, Asked>();
  #identity: { readonly token: string | undefined; readonly bot: Promise<BotIdentity> } | undefined;

  constructor(options: WebOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.rates = new Rates(this.#timers);
  }

  get client(): WebClient {
    const token = this.#options.secrets.botToken();
    if (this.#client === undefined || this.#client.token !== token) {
      this.#client = { token, web: this.#createClient(token) };
    }
    return this.#client.web;
  }

  /**
   * `users.info` as Slack tells it now; where Slack takes no more such questions, as it told within half a minute. So many
   * clicks of few people are answered at once. @throws what the client throws.
   */
  async user(user: string): Promise<unknown> {
    const now = this.#timers.now();
    for (const [id, { askedAt }] of this.#users) if (askedAt <= now - USER_MS) this.#users.delete(id);
    const known = this.#users.get(user);
    if (known !== undefined && (!known.isTold || this.rates.waitMs('users.info') > 0)) return known.answer;
    const answer = this.client.users.info({ user }).then((told): unknown => told.user);
    const asked = { answer, askedAt: now, isTold: false };
    this.#users.set(user, asked);
    answer.then(
      () => {
        asked.isTold = true;
      },
      () => this.#users.get(user) === asked && this.#users.delete(user),
    );
    return answer;
  }

  /** Asked once for each token. @throws UnsupportedInstallation, or what the client throws. */
  identity(): Promise<BotIdentity> {
    const token = this.#options.secrets.botToken();
    if (this.#identity !== undefined && this.#identity.token === token) return this.#identity.bot;
    const asked = { token, bot: this.#ask() };
    this.#identity = asked;
    asked.bot.catch(() => {
      if (this.#identity === asked) this.#identity = undefined;
    });
    return asked.bot;
  }

  async #ask(): Promise<BotIdentity> {
    const said = await this.client.auth.test();
    if (said.is_enterprise_install === true) throw new UnsupportedInstallation();
    const { team_id: team, enterprise_id: enterprise, bot_id: botId, user_id: userId } = said;
    if (!isText(team) || !isText(botId) || !isText(userId)) throw new UnusableAnswer('auth.test');
    const { bot } = await this.client.bots.info({ bot: botId });
    if (!isText(bot?.app_id)) throw new UnusableAnswer('bots.info');
    return { team, botId, userId, appId: bot.app_id, ...(enterprise ? { enterprise } : {}) };
  }

  #createClient(token: string | undefined): WebClient {
    const { slackApiUrl } = this.#options;
    return new LimitedClient(
      token,
      {
        fetch: boundedFetch(proxiedFetch),
        timeout: CALL_TIMEOUT_MS,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        logLevel: LogLevel.ERROR,
        // Its own log lines could hold parts of a message; what fails is reported by whoever called.
        logger: SILENT,
        ...(slackApiUrl ? { slackApiUrl } : {}),
      },
      { rates: this.rates, timers: this.#timers },
    );
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}

/** A person waits for the answer to a click; what would come later than this comes too late. */
const LONGEST_WAIT_MS = 10_000;
/** Methods that clicks need. Whoever delivers comes again by itself, and must not hold up the others by waiting. */
const WAITED_FOR: ReadonlySet<string> = new Set([
  'users.info',
  'views.open',
  'chat.postEphemeral',
  'bots.info',
]);
/** Whoever posts or updates has waited in line before the call: see `Pace`. */
const PACED: ReadonlySet<string> = new Set(['chat.postMessage', 'chat.update']);

/** A client that keeps Slack's limits by itself, and stays silent for as long as Slack asks for it. */
class LimitedClient extends WebClient {
  readonly #limits: { readonly rates: Rates; readonly timers: Timers };

  constructor(
    token: string | undefined,
    options: ConstructorParameters<typeof WebClient>[1],
    limits: { readonly rates: Rates; readonly timers: Timers },
  ) {
    super(token, options);
    this.#limits = limits;
  }

  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    await turn(method, this.#limits);
    try {
      return await super.apiCall(method, options);
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError) this.#limits.rates.hold(method, error.retryAfter);
      throw error;
    }
  }
}

/** @throws WebAPIRateLimitedError where the wait would be too long; nothing was sent then. */
async function turn(method: string, { rates, timers }: { rates: Rates; timers: Timers }): Promise<void> {
  const givenUpAt = timers.now() + (WAITED_FOR.has(method) ? LONGEST_WAIT_MS : 0);
  const wait = (): number => (PACED.has(method) ? 0 : rates.waitMs(method));
  for (let waitMs = wait(); waitMs > 0; waitMs = wait()) {
    if (timers.now() + waitMs > givenUpAt) throw new WebAPIRateLimitedError(Math.ceil(waitMs / 1000));
    await new Promise<void>((resolve) => void timers.after(waitMs, resolve));
  }
  rates.take(method);
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
