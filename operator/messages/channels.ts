import type { RuleSpec } from '../../crds/types.ts';
import type { Routing } from '../decision/facts.ts';
import type { ChannelRef } from '../model/channel-ref.ts';
import type { ChatProvider } from './provider.ts';

type Providers = readonly Pick<ChatProvider, 'name' | 'channels' | 'off'>[];

interface Namespace {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const KUBECTL = 'Reviews by kubectl work all the same.';

/** The channels that a rule names: at most one of each provider. */
export function channelsOf(providers: Providers, notify: RuleSpec['notify']): ChannelRef[] {
  return providers.flatMap(({ name: provider, channels }) => {
    const channel = channels.channelOf(notify);
    return channel === undefined ? [] : [{ provider, channel }];
  });
}

/** The annotations of namespaces that name channels. */
export function annotationsOf(providers: Providers): string[] {
  return providers.map(({ channels }) => channels.annotation);
}

/**
 * Where the questions of a namespace go that no rule routes. An annotation that names no channel is not replaced by the
 * operator's default: what is asked there may not be meant for everybody who reads that.
 */
export function routingOf(providers: Providers, namespace: Namespace): Routing {
  const named = providers.map((provider) => ({ provider, ...channelIn(namespace, provider) }));
  const defaults = named.flatMap(({ provider: { name }, channel }) =>
    channel === undefined ? [] : [{ provider: name, channel }],
  );
  const problems = named.flatMap(({ problem }) => problem ?? []);
  const off = providers.every((provider) => provider.off) ? providers[0]?.off : undefined;
  const noneKnown = [...providers.map(({ channels }) => channels.noneKnown), KUBECTL].join(' ');
  return {
    defaults,
    noneKnown,
    ...(problems.length > 0 ? { problem: [...problems, KUBECTL].join(' ') } : {}),
    ...(off ? { off: { reason: off.reason, message: off.message } } : {}),
  };
}

function channelIn(
  { name, annotations }: Namespace,
  { channels }: Pick<ChatProvider, 'channels'>,
): { readonly channel?: string | undefined; readonly problem?: string } {
  const { annotation, defaultChannel, form } = channels;
  const annotated = annotations[annotation] || undefined;
  if (annotated === undefined || channels.isChannel(annotated))
    return { channel: annotated ?? defaultChannel };
  return { problem: `Annotation ${annotation} of namespace ${name}: its value is no ${form}.` };
}
