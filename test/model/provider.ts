import type { ChatProvider, Delivery, Search } from '../../operator/messages/provider.ts';
import { POST_TIMEOUT_MS } from '../../operator/messages/timing.ts';
import { SLACK, slackChannels } from '../../operator/slack/api.ts';
import { type ChatFault, failure, type ModelChat, noAnswer } from './chat.ts';

interface Wires {
  readonly chat: ModelChat;
  /** A call of its own: what happens before it arrives is the world's to say. */
  send<T>(effect: () => T): Promise<T>;
  chatFault(): ChatFault;
  /** The world's clock, and the process's own. */
  readonly now: { world(): number; own(): number };
}

/** As a real provider: to look, to post and to update are calls of their own. */
export function modelProvider({ chat, send, chatFault, now }: Wires): ChatProvider {
  /** What has not arrived when the last of a post's calls is given up never does. */
  const inTime = (effect: () => Delivery): Promise<Delivery> => {
    const sentAt = now.world();
    return send(() => (now.world() - sentAt <= POST_TIMEOUT_MS ? effect() : noAnswer()));
  };
  /** What the channel showed before is of no use. */
  const found = (messageID: string | undefined, since: Date): Search => {
    if (now.own() < since.getTime()) return failure('ReadTooEarly');
    return { ok: true, ...(messageID === undefined ? {} : { messageID }) };
  };
  return {
    name: SLACK,
    channels: slackChannels('C0000DEFAULT'),
    busy: failure('Busy'),
    pace: { waitMs: () => 0, take: () => undefined, postIntervalMs: 0 },
    hashOf: ({ phase }) => phase,
    problemOf: () => send(() => undefined),
    search: (view, since) => send(() => found(chat.find(view), since)),
    post: (view) => inTime(() => chat.post(view, chatFault())),
    update: (view, messageID) => send(() => chat.update(view, messageID, chatFault())),
    permalink: () => send(() => undefined),
  };
}
