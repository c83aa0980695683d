import type { ChatProvider } from '../messages/provider.ts';

/**
 * Sends nothing from the moment that `maySend` says no. A chat product compares no versions: what a former leader sends
 * would stand beside, or over, what the present one has sent.
 */
export function fencedProvider(provider: ChatProvider, maySend: () => boolean): ChatProvider {
  const sent = <T>(send: () => Promise<T>): Promise<T> =>
    maySend() ? send() : Promise.reject(new Error('this process does not lead, and sends nothing'));
  const { name, off, channels, pace, busy } = provider;
  return {
    name,
    ...(off ? { off } : {}),
    channels,
    pace,
    busy,
    hashOf: (view) => provider.hashOf(view),
    problemOf: (channel) => provider.problemOf(channel),
    search: (view, since) => provider.search(view, since),
    post: (view, options) => sent(() => provider.post(view, options)),
    update: (view, messageID) => sent(() => provider.update(view, messageID)),
    permalink: (channel, messageID) => provider.permalink(channel, messageID),
  };
}
