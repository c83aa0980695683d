import type { DigestView } from '../../messages/message.ts';
import type { DigestDelivery, Digests, Search } from '../../messages/provider.ts';
import { failureOf, UnusableAnswer } from '../connection/failures.ts';
import type { SlackWeb } from '../connection/web.ts';
import { DIGEST_EVENT_TYPE, renderDigest } from '../render/digest.ts';
import type { History } from './history.ts';
import { isMessageID } from './message-id.ts';
import { undelivered } from './undelivered.ts';

/** One message in a channel that says how many questions wait for it. */
export class SlackDigests implements Digests {
  readonly #web: SlackWeb;
  readonly #history: History;

  constructor(web: SlackWeb, history: History) {
    this.#web = web;
    this.#history = history;
  }

  search(channel: string, oldest: Date): Promise<Search> {
    return this.#history.searchDigest(channel, oldest);
  }

  post(view: DigestView): Promise<DigestDelivery> {
    const { channel } = view;
    const metadata = { event_type: DIGEST_EVENT_TYPE, event_payload: {} };
    return tried(async () => {
      const { chat } = this.#web.client;
      const { ts } = await chat.postMessage({ channel, ...renderDigest(view), metadata });
      if (!isMessageID(ts)) throw new UnusableAnswer('chat.postMessage');
      return ts;
    });
  }

  update(view: DigestView, ts: string): Promise<DigestDelivery> {
    const { channel } = view;
    return tried(async () => {
      await this.#web.client.chat.update({ channel, ts, ...renderDigest(view), attachments: [] });
      return ts;
    });
  }
}

async function tried(send: () => Promise<string>): Promise<DigestDelivery> {
  try {
    return { ok: true, messageID: await send() };
  } catch (error) {
    const failure = failureOf(error);
    return { ...undelivered(failure), ...(failure.code === 'message_not_found' ? { lost: true } : {}) };
  }
}
