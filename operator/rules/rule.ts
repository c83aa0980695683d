import type { CheckpointRule, ClusterCheckpointRule, RuleRef } from '../../crds/types.ts';

export type AnyRule = CheckpointRule | ClusterCheckpointRule;

/** Items of a list have no `kind`; only a namespaced rule has a namespace. */
export function refOf({ metadata }: AnyRule): RuleRef {
  const kind = metadata.namespace === undefined ? 'ClusterCheckpointRule' : 'CheckpointRule';
  return { kind, name: metadata.name };
}

/** One rule in the whole cluster: its namespace, empty for a cluster rule, and its name. */
export function ruleKey({ metadata }: AnyRule): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Namespaced before cluster rules, each by name. */
export function byScopeThenName(a: AnyRule, b: AnyRule): number {
  const aCluster = a.metadata.namespace === undefined;
  const bCluster = b.metadata.namespace === undefined;
  if (aCluster !== bCluster) return aCluster ? 1 : -1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
