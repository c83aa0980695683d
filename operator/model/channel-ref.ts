import type { Checkpoint, Notification } from '../../crds/types.ts';

/** A chat product, as `status.notifications` names it. */
export type ProviderName = Notification['provider'];

/** One channel of one chat product: what `status.notifications` is keyed by. */
export type ChannelRef = Pick<Notification, 'provider' | 'channel'>;

/** A message in its channel. */
export interface MessageRef extends ChannelRef {
  readonly messageID: string;
}

/** No provider's name has a slash in it. */
export function channelKey({ provider, channel }: ChannelRef): string {
  return `${provider}/${channel}`;
}

export function isSameChannel(a: ChannelRef, b: ChannelRef): boolean {
  return channelKey(a) === channelKey(b);
}

/** What a checkpoint has on record of its message in a channel. */
export function notificationFor({ status }: Checkpoint, channel: ChannelRef): Notification | undefined {
  return status?.notifications?.find((notification) => isSameChannel(notification, channel));
}

/**
 * Whether a message has ever reached its channel, even if it is gone or a later update of it failed: `renderedHash` stays
 * as its trace.
 */
export function wasDelivered({ messageID, renderedHash }: Notification): boolean {
  return messageID !== undefined || renderedHash !== undefined;
}

/** Each channel once, in the order in which they first come. */
export function distinctChannels(channels: readonly ChannelRef[]): ChannelRef[] {
  return [...new Map([...channels].reverse().map((ref) => [channelKey(ref), ref])).values()].reverse();
}
