import { SCHEMA } from '../../crds/limits.ts';
import { type ChannelRef, distinctChannels } from '../model/channel-ref.ts';
import { effectOf } from '../model/effects.ts';
import type { Facts, RuleResult } from './facts.ts';
import { enforced, matching, type Ruling } from './precedence.ts';

/**
 * The channels that get the question. Every asking rule's channel does, and every channel that an informing rule
 * names, so a namespaced rule can add a channel but never hide one. Where no rule asks, a cluster rule that routes
 * replaces the default; a namespaced one only adds.
 */
export function askingChannels(
  { ruleResults, routing: { defaults } }: Facts,
  askedBy: readonly RuleResult[],
): ChannelRef[] {
  const informing = matching('Nothing', enforced(ruleResults)).filter(({ channels }) => channels.length > 0);
  const routed = informing.some(({ ruleRef }) => ruleRef.kind === 'ClusterCheckpointRule');
  const asking = askedBy.flatMap(({ channels }) => (channels.length > 0 ? channels : defaults));
  const implied = askedBy.length === 0 && !routed ? defaults : [];
  return distinctChannels([...asking, ...implied, ...informing.flatMap(({ channels }) => channels)]);
}

/** The channels that are told of a decision nobody was asked for: suggestions, and approvals whose rule says so. */
export function logChannels(
  { ruleResults, routing: { defaults } }: Facts,
  { kind }: Exclude<Ruling, { kind: 'Ask' }>,
): ChannelRef[] {
  const told = matching(kind, enforced(ruleResults)).flatMap((result) => toldChannels(result, defaults));
  return distinctChannels(told).slice(0, SCHEMA.Checkpoint.status.notifications.maxItems);
}

function toldChannels(
  { decision, channels }: RuleResult,
  defaults: readonly ChannelRef[],
): readonly ChannelRef[] {
  const { told } = effectOf(decision);
  if (told === 'Nowhere') return [];
  return channels.length > 0 || told === 'Named' ? channels : defaults;
}
