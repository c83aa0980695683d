import { randomUUID } from 'node:crypto';
import { SocketModeClient } from '@slack/socket-mode';
import type { KnownBlock, ModalView } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { failureOf } from '../../operator/slack/connection/failures.ts';
import { SILENT } from '../../operator/slack/connection/web.ts';
import type { ProbeOptions } from './options.ts';

const EVENT_TYPE = 'approvalgate_probe';
const TIMEOUT_MS = 15_000;

export const BUTTON = 'approvalgate_probe_click';

interface Posted {
  readonly ts: string;
  readonly blocks: readonly unknown[];
}

interface Clicked {
  readonly triggerId: string;
  readonly blocks: readonly unknown[];
}

/** What the probe does in a workspace; it remembers what it posted there. */
export class Workspace {
  readonly #web: WebClient;
  readonly #socket: SocketModeClient;
  readonly #channel: string;
  readonly #run = randomUUID();
  readonly #startedAt = Date.now();
  readonly #posted = new Set<string>();

  constructor({ botToken, appToken, channel, slackApiUrl }: ProbeOptions) {
    const options = {
      logger: SILENT,
      retryConfig: { retries: 0 },
      timeout: TIMEOUT_MS,
      ...(slackApiUrl ? { slackApiUrl } : {}),
    };
    this.#web = new WebClient(botToken, options);
    this.#socket = new SocketModeClient({ appToken, logger: SILENT, clientOptions: { ...options } });
    this.#channel = channel;
  }

  /** Resolves once clicks can come in. @throws Error in our words. */
  async connect(): Promise<void> {
    await inWords('Socket Mode', this.#socket.start());
  }

  async post(text: string, blocks: readonly KnownBlock[]): Promise<Posted> {
    const metadata = { event_type: EVENT_TYPE, event_payload: { run: this.#run } };
    const content = { channel: this.#channel, text, blocks: [...blocks], metadata };
    const posting = this.#web.chat.postMessage({ ...content, unfurl_links: false, unfurl_media: false });
    const { ts = '', message } = await inWords('chat.postMessage', posting);
    this.#posted.add(ts);
    return { ts, blocks: message?.blocks ?? [] };
  }

  async update(ts: string, text: string, blocks: readonly KnownBlock[]): Promise<readonly unknown[]> {
    const updating = this.#web.chat.update({ channel: this.#channel, ts, text, blocks: [...blocks] });
    return (await inWords('chat.update', updating)).message?.blocks ?? [];
  }

  /** A message as the channel's history has it. */
  async history(ts: string): Promise<readonly unknown[]> {
    const args = { channel: this.#channel, latest: ts, inclusive: true, limit: 1 };
    const { messages = [] } = await inWords('conversations.history', this.#web.conversations.history(args));
    return messages[0]?.ts === ts ? (messages[0].blocks ?? []) : [];
  }

  async open(triggerId: string, view: ModalView): Promise<readonly unknown[]> {
    const opening = this.#web.views.open({ trigger_id: triggerId, view });
    return (await inWords('views.open', opening)).view?.blocks ?? [];
  }

  /** The next click on the probe's button under one message. Whatever else comes in is left alone. */
  click(ts: string, signal: AbortSignal): Promise<Clicked> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#socket.on(
        'interactive',
        async ({ ack, body }: { ack: () => Promise<void>; body: ClickPayload }) => {
          if (body.container?.message_ts !== ts || body.actions?.[0]?.action_id !== BUTTON) return;
          await ack().catch(reject);
          resolve({ triggerId: body.trigger_id ?? '', blocks: body.message?.blocks ?? [] });
        },
      );
    });
  }

  /** Ends the connection and deletes what this run posted, also where Slack's answer to a post was lost. */
  async leave(): Promise<void> {
    await this.#socket.disconnect().catch(() => undefined);
    const known = [...this.#posted];
    const found = await this.#search().catch(() => []);
    for (const ts of new Set([...known, ...found])) {
      await inWords('chat.delete', this.#web.chat.delete({ channel: this.#channel, ts }));
    }
  }

  async #search(): Promise<string[]> {
    const oldest = String(this.#startedAt / 1000 - 300);
    const args = { channel: this.#channel, oldest, limit: 200, include_all_metadata: true };
    const { messages = [] } = await this.#web.conversations.history(args);
    const own = messages.filter(({ metadata }) => {
      const { run } = (metadata?.event_payload ?? {}) as { run?: unknown };
      return metadata?.event_type === EVENT_TYPE && run === this.#run;
    });
    return own.flatMap(({ ts }) => ts ?? []);
  }
}

interface ClickPayload {
  readonly trigger_id?: string;
  readonly container?: { readonly message_ts?: string };
  readonly message?: { readonly blocks?: readonly unknown[] };
  readonly actions?: readonly { readonly action_id?: string }[];
}

async function inWords<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { reason, message } = failureOf(error);
    const words = reason === 'SlackFailed' && error instanceof Error ? error.message : message;
    throw new Error(`${what}: ${words}`, { cause: error });
  }
}
