import { SCHEMA } from '../../crds/limits.ts';
import type { Facts, RuleResult } from './facts.ts';
import type { Ruling } from './precedence.ts';
import { enforced } from './precedence.ts';

/**
 * The channels that get the question. Every asking rule's channel does, and every channel that an informing rule
 * names, so a namespaced rule can add a channel but never hide one. Where no rule asks, a cluster rule that routes
 * replaces the default; a namespaced one only adds.
 */
export function askingChannels(facts: Facts, askedBy: readonly RuleResult[]): string[] {
  const informing = enforced(facts.ruleResults).filter(
    ({ decision, result, channel }) => decision === 'Inform' && result === 'Matched' && channel !== undefined,
  );
  const routed = informing.some(({ ruleRef }) => ruleRef.kind === 'ClusterCheckpointRule');
  const asking = askedBy.map(({ channel }) => channel ?? facts.defaultChannel);
  const implied = askedBy.length === 0 && !routed ? [facts.defaultChannel] : [];
  return distinct([...asking, ...implied, ...informing.map(({ channel }) => channel)]);
}

/** The channels that are told of a decision nobody was asked for: suggestions, and approvals whose rule says so. */
export function logChannels(facts: Facts, ruling: Ruling): string[] {
  return toldChannels(facts, ruling).slice(0, SCHEMA.Checkpoint.status.notifications.maxItems);
}

function toldChannels(facts: Facts, ruling: Ruling): string[] {
  if (ruling.kind === 'Suggest') return distinct(channelsOf(facts, 'Suggest', facts.defaultChannel));
  if (ruling.kind === 'Approve') return distinct(channelsOf(facts, 'AutoApprove', undefined));
  return [];
}

function channelsOf(
  facts: Facts,
  decision: RuleResult['decision'],
  fallback: string | undefined,
): (string | undefined)[] {
  return enforced(facts.ruleResults)
    .filter((result) => result.decision === decision && result.result === 'Matched')
    .map(({ channel }) => channel ?? fallback);
}

function distinct(channels: readonly (string | undefined)[]): string[] {
  return [...new Set(channels.filter((channel) => channel !== undefined))];
}
