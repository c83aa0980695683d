import type { SendKind } from '../../messages/provider.ts';
import type { ProviderName } from '../../model/channel-ref.ts';

/** One message that wants to be sent. */
export interface QueuedMessage {
  /** Of one checkpoint and channel. */
  readonly id: string;
  readonly kind: SendKind;
  readonly provider: ProviderName;
  readonly channel: string;
  readonly namespace: string;
  /** Lower goes first. */
  readonly rank: number;
  /** Milliseconds since the epoch; among equals in rank the nearest goes first. */
  readonly deadline: number;
  /** Called when its turn has come, or when it turns out that it cannot be in time. */
  wake(): void;
}

/** What waits together: the posts to one channel, or all updates by one provider. */
export interface Line {
  /** One name for each line. */
  readonly name: string;
  readonly kind: SendKind;
  readonly provider: ProviderName;
  /** Empty for updates: the chat product counts them together. */
  readonly channel: string;
}
