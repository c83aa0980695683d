import type { Notifier } from '../messages/message.ts';

/**
 * Sends nothing from the moment that `maySend` says no. A chat product compares no versions: what a former leader sends
 * would stand beside, or over, what the present one has sent.
 */
export function fencedNotifier(notifier: Notifier, maySend: () => boolean): Notifier {
  const sent = <T>(send: () => Promise<T>): Promise<T> =>
    maySend() ? send() : Promise.reject(new Error('this process does not lead, and sends nothing'));
  return {
    ...(notifier.off ? { off: notifier.off } : {}),
    pace: notifier.pace,
    hashOf: (view) => notifier.hashOf(view),
    check: (channel) => notifier.check(channel),
    find: (view, since) => notifier.find(view, since),
    post: (view, options) => sent(() => notifier.post(view, options)),
    update: (view, messageID) => sent(() => notifier.update(view, messageID)),
    permalink: (channel, messageID) => notifier.permalink(channel, messageID),
  };
}
