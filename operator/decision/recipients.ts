import { SCHEMA } from '../../crds/limits.ts';
import { type ChannelRef, distinctChannels } from '../model/channel-ref.ts';
import { type Effect, effectOf } from '../model/effects.ts';
import type { Facts, RuleResult } from './facts.ts';
import { enforced, matching, type Ruling } from './precedence.ts';

/**
 * The channels that get the question. Every rule that asks or informs is announced as its effect says, so a namespaced
 * rule can add a channel but never hide one. Where no rule asks, a cluster rule that routes replaces the default; a
 * namespaced one only adds.
 */
export function askingChannels(
  { ruleResults, routing: { defaults } }: Facts,
  askedBy: readonly RuleResult[],
): ChannelRef[] {
  const channelsOf = (result: RuleResult) => announcedIn(result, defaults);
  const informing = matching('Nothing', enforced(ruleResults));
  const routed = informing.some(
    (result) => result.ruleRef.kind === 'ClusterCheckpointRule' && channelsOf(result).length > 0,
  );
  const implied = askedBy.length === 0 && !routed ? defaults : [];
  return distinctChannels([...askedBy.flatMap(channelsOf), ...implied, ...informing.flatMap(channelsOf)]);
}

/** Whether the question has no channel because every rule that asks wants none, not because none is known. */
export function wantSilence(askedBy: readonly RuleResult[]): boolean {
  return askedBy.length > 0 && askedBy.every((result) => announcementOf(result) === 'Nowhere');
}

/** The channels that are told of a decision nobody was asked for: suggestions, and approvals whose rule says so. */
export function logChannels(
  { ruleResults, routing: { defaults } }: Facts,
  { kind }: Exclude<Ruling, { kind: 'Ask' }>,
): ChannelRef[] {
  const channels = matching(kind, enforced(ruleResults)).flatMap((result) => announcedIn(result, defaults));
  return distinctChannels(channels).slice(0, SCHEMA.Checkpoint.status.notifications.maxItems);
}

function announcedIn(result: RuleResult, defaults: readonly ChannelRef[]): readonly ChannelRef[] {
  const announced = announcementOf(result);
  if (announced === 'Nowhere') return [];
  return result.channels.length > 0 || announced === 'Named' ? result.channels : defaults;
}

/** A rule that failed asks, whatever it would have decided, and somebody has to hear of it. */
function announcementOf({ decision, result }: RuleResult): Effect['announced'] {
  return result === 'Error' ? 'NamedOrDefault' : effectOf(decision).announced;
}
