import type { ChatProvider, Digests } from '../messages/provider.ts';

/**
 * Sends nothing from the moment that `maySend` says no. A chat product compares no versions: what a former leader sends
 * would stand beside, or over, what the present one has sent.
 */
export function fencedProvider(provider: ChatProvider, maySend: () => boolean): ChatProvider {
  const sent: Fence = (send) =>
    maySend() ? send() : Promise.reject(new Error('this process does not lead, and sends nothing'));
  const { name, off, channels, pace, busy, digests } = provider;
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
    ...(digests ? { digests: fencedDigests(digests, sent) } : {}),
  };
}

type Fence = <T>(send: () => Promise<T>) => Promise<T>;

function fencedDigests(digests: Digests, sent: Fence): Digests {
  return {
    search: (channel, oldest) => digests.search(channel, oldest),
    post: (view) => sent(() => digests.post(view)),
    update: (view, messageID) => sent(() => digests.update(view, messageID)),
  };
}
