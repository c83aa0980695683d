import { Counter } from 'prom-client';
import type { Delivery, KnownMessage, MessageView, Notifier } from '../decision/message.ts';
import type { Logger } from '../log.ts';
import { registry } from '../metrics.ts';
import { type Failure, failureOf } from './failures.ts';
import { EVENT_TYPE, type Rendered, render } from './render.ts';
import { replacesNote } from './shown.ts';
import { storedForm } from './stored.ts';
import type { SlackWeb } from './web.ts';

/** How long it is remembered that a channel is, or is not, shared with another organisation. */
const SHARED_MS = 300_000;

/** How many messages since the question was asked are looked through for a lost one. */
const HISTORY_PAGE = 200;
const HISTORY_PAGES = 20;
/** Slack's clock and the API server's may differ by this much. */
const CLOCKS_APART_SECONDS = 300;

const TOO_LONG = new Set(['msg_too_long', 'msg_blocks_too_long', 'invalid_blocks']);
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

const notifications = new Counter({
  name: 'approvalgate_notifications_total',
  help: 'Attempts to bring a message to its channel, by result.',
  labelNames: ['result'],
  registers: [registry],
});

export interface NotifierOptions {
  readonly web: SlackWeb;
  /** Post to channels that are shared with other organisations. */
  readonly allowSharedChannels: boolean;
  readonly log: Logger;
  now(): number;
}

type Delivered = Extract<Delivery, { ok: true }>;

/** Brings views to Slack channels: one message a checkpoint and channel, updated in place. */
export class SlackNotifier implements Notifier {
  readonly #options: NotifierOptions;
  readonly #shared = new Map<string, { readonly shared: boolean; readonly until: number }>();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  async deliver(view: MessageView, known: KnownMessage): Promise<Delivery> {
    const rendered = render(view);
    if (known.messageID !== undefined && known.renderedHash === rendered.hash) {
      const { messageID, storedHash } = known;
      return { ok: true, messageID, renderedHash: rendered.hash, ...(storedHash ? { storedHash } : {}) };
    }
    const delivery = await this.#attempt(view, rendered, known);
    notifications.inc({ result: delivery.ok ? 'Delivered' : delivery.reason });
    return delivery;
  }

  async #attempt(view: MessageView, rendered: Rendered, known: KnownMessage): Promise<Delivery> {
    try {
      return await this.#bring(view, rendered, known);
    } catch (error) {
      const failure = failureOf(error);
      if (!TOO_LONG.has(failure.code)) return failed(failure, view);
    }
    try {
      return await this.#bring(view, { ...render(view, true), hash: rendered.hash }, known);
    } catch (error) {
      return failed(failureOf(error), view);
    }
  }

  async #bring(view: MessageView, rendered: Rendered, known: KnownMessage): Promise<Delivery> {
    const { channel } = view;
    // Nobody could answer where the installation is none that we serve.
    await this.#options.web.identity();
    if (known.messageID !== undefined) return this.#update(view, rendered, known.messageID);
    if (!this.#options.allowSharedChannels && (await this.#isShared(channel))) return refusedShared(channel);
    const found = known.searchFirst ? await this.#search(view) : undefined;
    if (found === null) return historyTooLong(channel);
    if (found !== undefined) return this.#update(view, rendered, found);
    if (!known.mayPost()) return tooLate(channel);
    return this.#post(channel, known.replaces ? replacing(rendered) : rendered);
  }

  async #post(channel: string, { text, blocks, metadata, hash }: Rendered): Promise<Delivered> {
    const { ts = '', message } = await this.#options.web.client.chat.postMessage({
      channel,
      text,
      blocks,
      metadata,
      unfurl_links: false,
      unfurl_media: false,
    });
    const stored = storedForm('Message', blocks, message?.blocks, this.#options.log);
    const permalink = await this.#permalink(channel, ts);
    return { ok: true, messageID: ts, renderedHash: hash, ...stored, ...(permalink ? { permalink } : {}) };
  }

  async #update(view: MessageView, { text, blocks, hash }: Rendered, ts: string): Promise<Delivered> {
    const { chat } = this.#options.web.client;
    // Left out, attachments that others put there would stay.
    const { message } = await chat.update({ channel: view.channel, ts, text, blocks, attachments: [] });
    const stored = storedForm('Message', blocks, message?.blocks, this.#options.log);
    return { ok: true, messageID: ts, renderedHash: hash, ...stored };
  }

  /** Only what this bot posted itself counts: anybody may copy metadata. Null where there is too much to look through. */
  async #search({ channel, checkpoint, createdAt }: MessageView): Promise<string | undefined | null> {
    const { web } = this.#options;
    const { userId, botId } = await web.identity();
    const oldest = String(Date.parse(createdAt) / 1000 - CLOCKS_APART_SECONDS);
    let cursor: string | undefined;
    for (let page = 0; page < HISTORY_PAGES; page += 1) {
      const { messages = [], response_metadata } = await web.client.conversations.history({
        channel,
        oldest,
        include_all_metadata: true,
        limit: HISTORY_PAGE,
        ...(cursor ? { cursor } : {}),
      });
      const own = messages.find(({ metadata, user, bot_id }) => {
        const { uid } = (metadata?.event_payload ?? {}) as { uid?: unknown };
        const byUs = user === userId || bot_id === botId;
        return byUs && metadata?.event_type === EVENT_TYPE && uid === checkpoint.uid;
      });
      cursor = response_metadata?.next_cursor;
      if (own !== undefined || !cursor) return own?.ts;
    }
    return null;
  }

  async #isShared(channel: string): Promise<boolean> {
    const now = this.#options.now();
    const known = this.#shared.get(channel);
    if (known !== undefined && known.until > now) return known.shared;
    const answer = await this.#options.web.client.conversations.info({ channel });
    const { is_ext_shared, is_pending_ext_shared } = answer.channel ?? {};
    const shared = is_ext_shared === true || is_pending_ext_shared === true;
    this.#shared.set(channel, { shared, until: now + SHARED_MS });
    return shared;
  }

  /** A convenience for readers of status; the message stands without it. */
  async #permalink(channel: string, message_ts: string): Promise<string | undefined> {
    try {
      return (await this.#options.web.client.chat.getPermalink({ channel, message_ts })).permalink;
    } catch {
      return undefined;
    }
  }
}

function replacing(rendered: Rendered): Rendered {
  return { ...rendered, blocks: [replacesNote(), ...rendered.blocks] };
}

/** A question that cannot be changed still stands; one that was deleted does not. */
function failed({ reason, message, code, retryAfterSeconds }: Failure, { phase }: MessageView): Delivery {
  const lost = code === 'message_not_found' || (GONE.has(code) && phase !== 'Asking');
  return {
    ok: false,
    reason,
    message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(lost ? { lost } : {}),
  };
}

function tooLate(channel: string): Delivery {
  const message = `Slack answered so slowly about channel ${channel} that this attempt was given up before it posted.`;
  return { ok: false, reason: 'SlackSlow', message };
}

function historyTooLong(channel: string): Delivery {
  const message =
    `Whether this was posted before cannot be told: channel ${channel} has more than ` +
    `${HISTORY_PAGE * HISTORY_PAGES} messages since. It is not posted twice; review it by kubectl, or name a quieter channel.`;
  return { ok: false, reason: 'SlackHistoryTooLong', message };
}

function refusedShared(channel: string): Delivery {
  const message =
    `Channel ${channel} is shared with another organisation, whose members could read and answer. ` +
    'Name another channel, or start the operator with --slack-shared-channels.';
  return { ok: false, reason: 'SlackChannelShared', message };
}

/** Where Slack is switched off: a question that names a channel says so, and reviews by kubectl go on. */
export const slackIsOff: Notifier = {
  deliver: () =>
    Promise.resolve({
      ok: false,
      reason: 'SlackNotConfigured',
      message:
        'This operator runs without Slack. Set --slack-transport and SLACK_BOT_TOKEN, or review by kubectl.',
    }),
};
