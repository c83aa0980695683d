import { SCHEMA } from '../../../crds/limits.ts';
import type { SlackWeb } from '../connection/web.ts';

/** Channels beyond this many are forgotten, the longest known first: their next message costs a call. */
const CHANNELS = 10_000;

/**
 * Links to messages. Slack is asked once a channel: where its answer has the documented form, those of later messages
 * follow from it. Source of the form: Slack's reference of `chat.getPermalink`, `https://TEAM.slack.com/archives/CHANNEL/pTIME`.
 */
export class Permalinks {
  readonly #web: SlackWeb;
  /** What links of a channel begin with. */
  readonly #beginnings = new Map<string, string>();

  constructor(web: SlackWeb) {
    this.#web = web;
  }

  /** Without a call; undefined where Slack has not told yet how links of this channel read. */
  known(channel: string, messageID: string): string | undefined {
    const beginning = this.#beginnings.get(channel);
    const link = beginning && beginning + ending(channel, messageID);
    return isLink(link) ? link : undefined;
  }

  /** As Slack says; undefined where it says none. */
  async ask(channel: string, messageID: string): Promise<string | undefined> {
    try {
      const query = { channel, message_ts: messageID };
      const { permalink } = await this.#web.client.chat.getPermalink(query);
      if (!isLink(permalink)) return undefined;
      this.#learn(channel, messageID, permalink);
      return permalink;
    } catch {
      return undefined;
    }
  }

  #learn(channel: string, messageID: string, permalink: string): void {
    const end = ending(channel, messageID);
    if (!permalink.endsWith(end)) return;
    this.#beginnings.set(channel, permalink.slice(0, -end.length));
    const [oldest] = this.#beginnings.keys();
    if (this.#beginnings.size > CHANNELS && oldest !== undefined) this.#beginnings.delete(oldest);
  }
}

function ending(channel: string, messageID: string): string {
  return `/archives/${channel}/p${messageID.replace('.', '')}`;
}

function isLink(permalink: unknown): permalink is string {
  const { maxLength } = SCHEMA.Checkpoint.status.notifications.items.permalink;
  return typeof permalink === 'string' && permalink.length <= maxLength && /^https?:\/\/\S+$/.test(permalink);
}
