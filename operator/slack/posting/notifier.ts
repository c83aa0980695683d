import { Counter } from 'prom-client';
import type { Logger } from '../../log.ts';
import type { MessageView } from '../../messages/message.ts';
import {
  type ChannelNames,
  type ChatProvider,
  type Delivered,
  type Delivery,
  type Pace,
  type Search,
  type SendKind,
  switchedOff,
  type Undelivered,
} from '../../messages/provider.ts';
import type { CALLS_PER_POST } from '../../messages/timing.ts';
import { registry } from '../../metrics.ts';
import { SLACK, slackChannels } from '../api.ts';
import { type Failure, failureOf, UnusableAnswer } from '../connection/failures.ts';
import { POST_INTERVAL_MS, type Rates } from '../connection/rates.ts';
import type { SlackWeb } from '../connection/web.ts';
import { replacesNote } from '../render/content-hash.ts';
import { type Rendered, render } from '../render/render.ts';
import { storedForm } from '../render/stored-form.ts';
import { Channels } from './channels.ts';
import { SlackDigests } from './digests.ts';
import { History } from './history.ts';
import { isMessageID } from './message-id.ts';
import { Permalinks } from './permalinks.ts';
import { undelivered } from './undelivered.ts';

const TOO_LONG = new Set(['msg_too_long', 'msg_blocks_too_long', 'invalid_blocks']);
/** What is tried, one call each. As many as the time that a post may take is for: another number does not compile. */
const FORMS = [{ compact: false }, { compact: true }] as const satisfies {
  readonly length: typeof CALLS_PER_POST;
};
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

const notifications = new Counter({
  name: 'approvalgate_notifications_total',
  help: 'Attempts to bring a message to its channel, by result.',
  labelNames: ['result'],
  registers: [registry],
});

interface NotifierOptions {
  readonly web: SlackWeb;
  /** Where a question goes that neither a rule nor its namespace routes. */
  readonly defaultChannel?: string;
  /** Post to channels that are shared with other organisations. */
  readonly allowSharedChannels: boolean;
  readonly log: Logger;
  /** Milliseconds since the epoch, by the clock whose times the reconciler gives. */
  now(): number;
}

/** Brings views to Slack channels: one message a checkpoint and channel, updated in place. */
export class SlackNotifier implements ChatProvider {
  readonly name = SLACK;
  readonly channels: ChannelNames;
  readonly pace: Pace;
  readonly busy = BUSY;
  readonly digests: SlackDigests;
  readonly #web: SlackWeb;
  readonly #log: Logger;
  readonly #channelStates: Channels;
  readonly #history: History;
  readonly #permalinks: Permalinks;

  constructor(options: NotifierOptions) {
    this.#web = options.web;
    this.#log = options.log;
    this.pace = paceOf(options.web.rates);
    this.channels = slackChannels(options.defaultChannel);
    this.#channelStates = new Channels(options);
    this.#history = new History(options.web, () => options.now());
    this.#permalinks = new Permalinks(options.web);
    this.digests = new SlackDigests(options.web, this.#history);
  }

  hashOf(view: MessageView): string {
    return render(view).hash;
  }

  async problemOf(channel: string): Promise<Undelivered | undefined> {
    const problem = await this.#channelStates.problem(channel);
    if (problem !== undefined) notifications.inc({ result: problem.reason });
    return problem;
  }

  search(view: MessageView, since: Date): Promise<Search> {
    return this.#history.search(view, since);
  }

  async post(view: MessageView, { replaces }: { readonly replaces: boolean }): Promise<Delivery> {
    const delivery = await this.#attempt(view, (rendered) =>
      this.#post(view.channel, replaces ? replacing(rendered) : rendered),
    );
    if (!delivery.ok) this.#channelStates.forget(view.channel);
    return delivery;
  }

  update(view: MessageView, messageID: string): Promise<Delivery> {
    return this.#attempt(view, (rendered) => this.#update(view.channel, rendered, messageID));
  }

  permalink(channel: string, messageID: string): Promise<string | undefined> {
    return this.#permalinks.ask(channel, messageID);
  }

  /** What Slack finds too long is tried once more in a shorter form: it has refused the longer one for good. */
  async #attempt(view: MessageView, send: (rendered: Rendered) => Promise<Delivered>): Promise<Delivery> {
    const [whole, ...shorter] = FORMS;
    const rendered = render(view, whole.compact);
    let delivery = await tried(view, () => send(rendered));
    for (const { compact } of shorter) {
      if (delivery.ok || !TOO_LONG.has(delivery.code)) break;
      delivery = await tried(view, () => send({ ...render(view, compact), hash: rendered.hash }));
    }
    notifications.inc({ result: delivery.ok ? 'Delivered' : delivery.reason });
    if (delivery.ok) return delivery;
    const { code: _, ...failed } = delivery;
    return failed;
  }

  async #post(channel: string, { text, blocks, metadata, hash }: Rendered): Promise<Delivered> {
    const options = { unfurl_links: false, unfurl_media: false };
    const { chat } = this.#web.client;
    const { ts, message } = await chat.postMessage({ channel, text, blocks, metadata, ...options });
    if (!isMessageID(ts)) throw new UnusableAnswer('chat.postMessage');
    const stored = storedForm('Message', blocks, message?.blocks, this.#log);
    const permalink = this.#permalinks.known(channel, ts);
    return { ok: true, messageID: ts, renderedHash: hash, ...stored, ...(permalink ? { permalink } : {}) };
  }

  async #update(channel: string, { text, blocks, hash }: Rendered, ts: string): Promise<Delivered> {
    const { chat } = this.#web.client;
    // Left out, attachments that others put there would stay.
    const { message } = await chat.update({ channel, ts, text, blocks, attachments: [] });
    const stored = storedForm('Message', blocks, message?.blocks, this.#log);
    return { ok: true, messageID: ts, renderedHash: hash, ...stored };
  }
}

function paceOf(rates: Rates): Pace {
  return {
    waitMs: (kind: SendKind, channel) =>
      kind === 'Post' ? rates.postWaitMs(channel) : rates.waitMs('chat.update'),
    take: (kind: SendKind, channel) => {
      // The client counts updates by itself: people's clicks make some too.
      if (kind === 'Post') rates.takePost(channel);
    },
    postIntervalMs: POST_INTERVAL_MS,
  };
}

type Tried = Delivered | (Undelivered & { readonly code: string });

async function tried(view: MessageView, send: () => Promise<Delivered>): Promise<Tried> {
  try {
    return await send();
  } catch (error) {
    const failure = failureOf(error);
    return { ...undelivered(failure), code: failure.code, ...(isLost(failure, view) ? { lost: true } : {}) };
  }
}

/** A question that cannot be changed still stands; one that was deleted does not. */
function isLost({ code }: Failure, { phase }: MessageView): boolean {
  return code === 'message_not_found' || (GONE.has(code) && phase !== 'Asking');
}

function replacing(rendered: Rendered): Rendered {
  return { ...rendered, blocks: [replacesNote(), ...rendered.blocks] };
}

/** What cannot reach its channel in time says so while there is time for another way. */
const BUSY: Undelivered = {
  ok: false,
  reason: 'SlackBusy',
  message:
    'More messages wait for this channel than Slack takes before the deadline, about one a second. ' +
    'Review it by kubectl, or send fewer questions to one channel.',
};

const OFF: Undelivered = {
  ok: false,
  reason: 'SlackNotConfigured',
  message: 'This operator runs without Slack (--slack-transport off): review by kubectl.',
  hopeless: true,
};

/** Where Slack is switched off: a question that names a channel says so, and reviews by kubectl go on. */
export function slackIsOff(defaultChannel?: string): ChatProvider {
  return switchedOff(SLACK, slackChannels(defaultChannel), OFF);
}
