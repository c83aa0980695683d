import type { Checkpoint, RuleSpec } from '../../crds/types.ts';
import type { ChannelRef, MessageRef, ProviderName } from '../model/channel-ref.ts';
import type { Click, ClickResult } from './click.ts';
import type { DigestView, MessageView } from './message.ts';

/*
 * The seam between the operator and a chat product. It has two sides. `ChatProvider` brings a view to a channel;
 * `CheckpointAccess` is what a provider is given, so that a click becomes a review. `operator/slack/provider.ts` is one;
 * `test/providers/` has another. `docs/architecture.md` says what a new one adds.
 */

/** A message stands in its channel and shows the view. */
export interface Delivered {
  readonly ok: true;
  readonly messageID: string;
  /** Where it is known without another call. */
  readonly permalink?: string;
  readonly renderedHash: string;
  /** The hash of what the chat product answered that it keeps, where that is another. */
  readonly storedHash?: string;
}

export interface Undelivered {
  readonly ok: false;
  /** CamelCase, fit for a condition's reason, e.g. `SlackRateLimited`, `SlackNotInChannel`. */
  readonly reason: string;
  /** For people: what is wrong and the cure. Never a secret. */
  readonly message: string;
  readonly retryAfterSeconds?: number;
  /** The message that should have been updated is gone or can never be updated. */
  readonly lost?: true;
  /** The chat product may have taken the message all the same: it is looked for before the next post. */
  readonly inDoubt?: true;
  /** Nothing was tried, because the chat product takes no more questions just now: no failure, only too early. */
  readonly tooEarly?: true;
  /** Nothing that this process could try will ever help. */
  readonly hopeless?: true;
}

/** What the last attempt to bring a view to its channel came to. */
export type Delivery = Delivered | Undelivered;

/** What a search for a message came to; without a `messageID` the channel has none. */
export type Search = { readonly ok: true; readonly messageID?: string } | Undelivered;

/** What an attempt to bring a digest to its channel came to. */
export type DigestDelivery = { readonly ok: true; readonly messageID: string } | Undelivered;

/** Says in a channel how many questions wait for it. A convenience: the questions themselves never depend on it. */
export interface Digests {
  /** Looks for the newest digest of this operator that is not older than `oldest`, as the channel is now. */
  search(channel: string, oldest: Date): Promise<Search>;
  /** Not repeatable: each call may add a message. */
  post(view: DigestView): Promise<DigestDelivery>;
  update(view: DigestView, messageID: string): Promise<DigestDelivery>;
}

export type SendKind = 'Post' | 'Update';

/** How much a chat product takes. Times in milliseconds. */
export interface Pace {
  /** Until it takes the next one; 0: now. */
  waitMs(kind: SendKind, channel: string): number;
  /** Counts one that is sent now. */
  take(kind: SendKind, channel: string): void;
  /** Between two posts to one channel, where many wait. */
  readonly postIntervalMs: number;
}

/** Where the API's objects name a product's channels. */
export interface ChannelNames {
  /** The annotation by which a namespace names a channel for its questions. */
  readonly annotation: string;
  /** For what neither a rule nor the namespace routes. */
  readonly defaultChannel?: string;
  /** The channel that a rule names. */
  channelOf(notify: RuleSpec['notify']): string | undefined;
  isChannel(text: string): boolean;
  /** What `isChannel` takes, with an example: `Slack channel id, such as C0123ABCD45`. */
  readonly form: string;
  /** Said where people are asked and nobody named a channel: that none is known, and where one can be named. */
  readonly noneKnown: string;
}

/** A chat product as the rest of the operator sees it. Nothing here throws. */
export interface ChatProvider {
  readonly name: ProviderName;
  /** Set where this operator runs without it: then every attempt comes to this. */
  readonly off?: Undelivered;
  readonly channels: ChannelNames;
  readonly pace: Pace;
  /** Said of a question that cannot reach its channel in time, while there is time for another way. */
  readonly busy: Undelivered;
  /** A fingerprint of what people would read. */
  hashOf(view: MessageView): string;
  /** What keeps every message from this channel, as far as that shows without posting. */
  problemOf(channel: string): Promise<Undelivered | undefined>;
  /** Looks for the message of this operator about this very object in what the channel showed at `since` or later. */
  search(view: MessageView, since: Date): Promise<Search>;
  /** Not repeatable: each call may add a message. `replaces`: it takes the place of one that is gone. */
  post(view: MessageView, options: { readonly replaces: boolean }): Promise<Delivery>;
  update(view: MessageView, messageID: string): Promise<Delivery>;
  /** Asks for the link of a message: a convenience for readers of status; the message stands without it. */
  permalink(channel: string, messageID: string): Promise<string | undefined>;
  /** Undefined where its channels get none. */
  readonly digests?: Digests;
}

/** What a provider needs of the rest of the operator to make a review of a click. */
export interface CheckpointAccess {
  /** From the watch, which shows what is not settled. */
  cached(namespace: string, name: string): Checkpoint | undefined;
  /** From the API server. */
  read(namespace: string, name: string): Promise<Checkpoint | undefined>;
  /** What a person is shown of a checkpoint now, in this channel. */
  view(checkpoint: Checkpoint, channel: ChannelRef): MessageView;
  /** Stores the review of whoever clicked, if they may. Never throws. */
  record(click: Click): Promise<ClickResult>;
  /** Has the message written again, as the object says. */
  showAnew(checkpoint: Checkpoint, message: MessageRef): Promise<void>;
}

/** The provider of a channel; one that was recorded by another operator, and that this one has not, is off. */
export function providerOf(providers: readonly ChatProvider[], { provider }: ChannelRef): ChatProvider {
  return providers.find(({ name }) => name === provider) ?? unknownProvider(provider);
}

/** A provider that is switched off: every attempt comes to `why`. */
export function switchedOff(name: ProviderName, channels: ChannelNames, why: Undelivered): ChatProvider {
  return {
    name,
    off: why,
    channels,
    pace: { waitMs: () => 0, take: () => undefined, postIntervalMs: 0 },
    busy: why,
    hashOf: () => '',
    problemOf: () => Promise.resolve(why),
    search: () => Promise.resolve(why),
    post: () => Promise.resolve(why),
    update: () => Promise.resolve(why),
    permalink: () => Promise.resolve(undefined),
  };
}

function unknownProvider(name: ProviderName): ChatProvider {
  const message = `This operator has no chat product named ${name}: review by kubectl.`;
  const none = {
    annotation: '',
    channelOf: () => undefined,
    isChannel: () => false,
    form: '',
    noneKnown: '',
  };
  return switchedOff(name, none, { ok: false, reason: 'ProviderUnknown', message, hopeless: true });
}
