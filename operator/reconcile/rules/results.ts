import type { Checkpoint, RuleSpec } from '../../../crds/types.ts';
import type { Facts, RuleResult } from '../../decision/facts.ts';
import { stopping } from '../../decision/precedence.ts';
import type { ChannelRef } from '../../model/channel-ref.ts';
import type { AnyRule } from '../../model/references.ts';
import { subjectOf } from '../../rules/input.ts';
import { isFor } from '../../rules/match.ts';
import { canStop, type RuleRegistry } from '../../rules/registry.ts';
import type { NamespaceFacts } from '../ports.ts';
import type { Freshness } from './freshness.ts';

type Labels = Readonly<Record<string, string>>;
type ChannelsOf = (notify: RuleSpec['notify']) => readonly ChannelRef[];

/**
 * What the rules say of a checkpoint now. The first evaluation fixes who must approve; after it only a rule that is
 * newer, and could stop the checkpoint, is evaluated.
 */
export class RuleResults {
  readonly #registry: Pick<RuleRegistry, 'evaluate' | 'version'>;
  readonly #channelsOf: ChannelsOf;
  /** By uid: no rule up to this version of the registry stops the checkpoint. Lost at a restart, then all are asked. */
  readonly #clearedUpTo = new Map<string, number>();

  /** `channelsOf`: the channels that a rule names. */
  constructor(registry: Pick<RuleRegistry, 'evaluate' | 'version'>, channelsOf: ChannelsOf) {
    this.#registry = registry;
    this.#channelsOf = channelsOf;
  }

  of(checkpoint: Checkpoint, namespaceLabels: Labels): RuleResult[] {
    const { uid = '' } = checkpoint.metadata;
    const askedBefore = checkpoint.status?.requirements !== undefined;
    const since = askedBefore ? (this.#clearedUpTo.get(uid) ?? 0) : undefined;
    const evaluated = this.#registry.evaluate({ checkpoint, namespaceLabels }, since);
    const results = evaluated.map(({ notify, ...rest }) => ({ ...rest, channels: this.#channelsOf(notify) }));
    // A rule that stops it is evaluated again until the decision stands: a different rule may stop it on the next run.
    if (stopping(results) === undefined) this.#clearedUpTo.set(uid, this.#registry.version);
    return results;
  }

  /** What they say and whether that may be relied on: of one instant, or they could be older than what was confirmed. */
  facts(
    checkpoint: Checkpoint,
    namespace: Pick<NamespaceFacts, 'labels'>,
    freshness: Pick<Freshness, 'of' | 'known'>,
  ): Pick<Facts, 'ruleResults' | 'freshness'> {
    const { namespace: name = '' } = checkpoint.metadata;
    const now = freshness.of(name);
    if (now.state === 'Unlisted') return { ruleResults: [], freshness: now };
    const labels = freshness.known(name)?.metadata.labels ?? namespace.labels;
    return { ruleResults: this.of(checkpoint, labels), freshness: now };
  }

  /** For a checkpoint that is over. */
  forget({ metadata }: Checkpoint): void {
    this.#clearedUpTo.delete(metadata.uid ?? '');
  }
}

/** Whether a change of the rule can matter to a checkpoint: it is not evaluated yet, or the rule could still stop it. */
export function mayConcern(
  rule: AnyRule,
  checkpoint: Checkpoint,
  labelsOf: (namespace: string) => Labels,
): boolean {
  const { status = {}, metadata } = checkpoint;
  const open = status.requirements === undefined || canStop(rule);
  if (status.decision !== undefined || !open) return false;
  return isFor(rule, subjectOf({ checkpoint, namespaceLabels: labelsOf(metadata.namespace ?? '') }));
}
