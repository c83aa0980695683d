import { SCHEMA } from '../../crds/limits.ts';
import { effectOf } from '../model/effects.ts';
import type { Facts, RuleResult } from './facts.ts';
import { enforced, matching, type Ruling } from './precedence.ts';

/**
 * The channels that get the question. Every asking rule's channel does, and every channel that an informing rule
 * names, so a namespaced rule can add a channel but never hide one. Where no rule asks, a cluster rule that routes
 * replaces the default; a namespaced one only adds.
 */
export function askingChannels(facts: Facts, askedBy: readonly RuleResult[]): string[] {
  const { ruleResults, defaultChannel } = facts;
  const informing = matching('Nothing', enforced(ruleResults)).filter(({ channel }) => channel !== undefined);
  const routed = informing.some(({ ruleRef }) => ruleRef.kind === 'ClusterCheckpointRule');
  const asking = askedBy.map(({ channel }) => channel ?? defaultChannel);
  const implied = askedBy.length === 0 && !routed ? [defaultChannel] : [];
  return distinct([...asking, ...implied, ...informing.map(({ channel }) => channel)]);
}

/** The channels that are told of a decision nobody was asked for: suggestions, and approvals whose rule says so. */
export function logChannels(
  { ruleResults, defaultChannel }: Facts,
  { kind }: Exclude<Ruling, { kind: 'Ask' }>,
): string[] {
  const told = matching(kind, enforced(ruleResults)).map((result) => logChannel(result, defaultChannel));
  return distinct(told).slice(0, SCHEMA.Checkpoint.status.notifications.maxItems);
}

function logChannel({ decision, channel }: RuleResult, defaultChannel?: string): string | undefined {
  const { told } = effectOf(decision);
  if (told === 'Nowhere') return undefined;
  return told === 'Named' ? channel : (channel ?? defaultChannel);
}

function distinct(channels: readonly (string | undefined)[]): string[] {
  return [...new Set(channels.filter((channel) => channel !== undefined))];
}
