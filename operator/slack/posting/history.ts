import type { MessageView } from '../../messages/message.ts';
import type { Search, Undelivered } from '../../messages/provider.ts';
import { failureOf, UnusableAnswer } from '../connection/failures.ts';
import type { BotIdentity, SlackWeb } from '../connection/web.ts';
import { DIGEST_EVENT_TYPE } from '../render/digest.ts';
import { EVENT_TYPE } from '../render/render.ts';
import { tooEarly, undelivered } from './undelivered.ts';

/** How many messages since the question was asked are looked through for a lost one. */
const HISTORY_PAGE = 200;
const HISTORY_PAGES = 20;
/** Slack's clock and the API server's may differ by this much. */
const CLOCKS_APART_SECONDS = 300;
/** Questions that were asked within so many seconds are looked for together. */
const TOGETHER_SECONDS = 300;
/** Nobody asks for what was read longer ago. */
const KEPT_MS = 600_000;

/** This operator's own messages in one channel, as they were from `readAt` on. */
interface Reading {
  /** By the caller's clock, in milliseconds. */
  readonly readAt: number;
  /** Seconds since the epoch: nothing older was read. */
  readonly oldest: number;
  readonly result: Promise<Own | Undelivered>;
}

interface Own {
  readonly ok: true;
  /** Message ids by the uid of the object that they are about. */
  readonly messages: ReadonlyMap<string, string>;
  /** Message id of the newest digest. */
  readonly digest: string | undefined;
  /** There were more messages than are looked through. */
  readonly cutOff: boolean;
}

/**
 * Finds messages whose post was not heard of. Slack lets a history be read fifty times a minute, so one reading serves
 * all that ask for nothing newer: after a restart that is every question that waits.
 */
export class History {
  readonly #web: SlackWeb;
  readonly #now: () => number;
  readonly #readings = new Map<string, Reading>();

  constructor(web: SlackWeb, now: () => number) {
    this.#web = web;
    this.#now = now;
  }

  /** The message about the view's object, in what the channel showed at `since` or later. */
  async search({ channel, checkpoint, createdAt }: MessageView, since: Date): Promise<Search> {
    const askedSeconds = Math.floor(Date.parse(createdAt) / 1000 / TOGETHER_SECONDS) * TOGETHER_SECONDS;
    const own = await this.#read(channel, askedSeconds - CLOCKS_APART_SECONDS, since).result;
    if (!own.ok) return own;
    const messageID = own.messages.get(checkpoint.uid);
    if (messageID === undefined && own.cutOff) return tooLong(channel);
    return { ok: true, ...(messageID === undefined ? {} : { messageID }) };
  }

  /** The newest digest that is not older than `oldest`, in what the channel shows now. */
  async searchDigest(channel: string, oldest: Date): Promise<Search> {
    const oldestSeconds = Math.floor(oldest.getTime() / 1000) - CLOCKS_APART_SECONDS;
    const own = await this.#read(channel, oldestSeconds, new Date(this.#now())).result;
    if (!own.ok) return own;
    const { digest, cutOff } = own;
    if (digest === undefined && cutOff) return tooLong(channel);
    return { ok: true, ...(digest === undefined ? {} : { messageID: digest }) };
  }

  #read(channel: string, oldest: number, since: Date): Reading {
    const readAt = this.#now();
    for (const [id, reading] of this.#readings)
      if (reading.readAt < readAt - KEPT_MS) this.#readings.delete(id);
    const known = this.#readings.get(channel);
    if (known !== undefined && known.readAt >= since.getTime() && known.oldest <= oldest) return known;
    const reading = { readAt, oldest, result: this.#ask(channel, oldest) };
    this.#readings.set(channel, reading);
    void reading.result.then(({ ok }) => {
      if (!ok && this.#readings.get(channel) === reading) this.#readings.delete(channel);
    });
    return reading;
  }

  async #ask(channel: string, oldest: number): Promise<Own | Undelivered> {
    try {
      return await readOwn(this.#web, channel, String(oldest));
    } catch (error) {
      return tooEarly(undelivered(failureOf(error)));
    }
  }
}

async function readOwn(web: SlackWeb, channel: string, oldest: string): Promise<Own> {
  const bot = await web.identity();
  const messages = new Map<string, string>();
  let cursor: string | undefined;
  for (let page = 0; page < HISTORY_PAGES; page += 1) {
    const { read, next } = await readPage(web, channel, { oldest, ...(cursor ? { cursor } : {}) });
    // From the newest on: of two about one object the newer one counts.
    for (const { about, ts } of read.flatMap((message) => ownMessage(message, bot))) {
      if (!messages.has(about)) messages.set(about, ts);
    }
    if (!next) return { ok: true, messages, digest: messages.get(DIGEST_EVENT_TYPE), cutOff: false };
    cursor = next;
  }
  return { ok: true, messages, digest: messages.get(DIGEST_EVENT_TYPE), cutOff: true };
}

async function readPage(
  web: SlackWeb,
  channel: string,
  from: { readonly oldest: string; readonly cursor?: string },
): Promise<{ read: readonly unknown[]; next: string | undefined }> {
  const options = { include_all_metadata: true, limit: HISTORY_PAGE } as const;
  const { messages, response_metadata } = await web.client.conversations.history({
    channel,
    ...from,
    ...options,
  });
  if (!Array.isArray(messages)) throw new UnusableAnswer('conversations.history');
  return { read: messages, next: response_metadata?.next_cursor };
}

interface OwnMessage {
  /** The uid of the object, or the event type of digests, which is no uid. */
  readonly about: string;
  readonly ts: string;
}

/** Only what this bot posted itself counts: anybody may copy metadata. */
function ownMessage(message: unknown, { userId, botId }: BotIdentity): OwnMessage[] {
  const { user, bot_id, ts, metadata } = fieldsOf(message);
  if ((user !== userId && bot_id !== botId) || typeof ts !== 'string') return [];
  const { event_type, event_payload } = fieldsOf(metadata);
  const { uid } = fieldsOf(event_payload);
  if (event_type === DIGEST_EVENT_TYPE) return [{ about: DIGEST_EVENT_TYPE, ts }];
  return event_type === EVENT_TYPE && typeof uid === 'string' ? [{ about: uid, ts }] : [];
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function tooLong(channel: string): Undelivered {
  const message =
    `Whether this was posted before cannot be told: channel ${channel} has more than ` +
    `${HISTORY_PAGE * HISTORY_PAGES} messages since. It is not posted twice; review it by kubectl, or name a quieter channel.`;
  return { ok: false, reason: 'SlackHistoryTooLong', message };
}
