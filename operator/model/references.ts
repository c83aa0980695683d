import type {
  CheckpointRule,
  ClusterCheckpointRule,
  ObjectMeta,
  RuleKind,
  RuleRef,
} from '../../crds/types.ts';

/** An object's place among those of its kind: `namespace/name`; of what belongs to the cluster `/name`. */
export type ObjectKey = `${string}/${string}`;

interface HasMetadata {
  readonly metadata: Pick<ObjectMeta, 'namespace' | 'name'>;
}

export function keyOf({ metadata }: HasMetadata): ObjectKey {
  return keyFor(metadata.namespace, metadata.name);
}

export function keyFor(namespace: string | undefined, name: string): ObjectKey {
  return `${namespace ?? ''}/${name}`;
}

/** The namespace and the name in a key. */
export function partsOf(key: ObjectKey): [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

export type AnyRule = CheckpointRule | ClusterCheckpointRule;

/** Items of a list have no `kind`; only a namespaced rule has a namespace. */
export function refOf({ metadata }: HasMetadata): RuleRef {
  const kind = metadata.namespace === undefined ? 'ClusterCheckpointRule' : 'CheckpointRule';
  return { kind, name: metadata.name };
}

/** A rule as people are told of it: `CheckpointRule/small-refunds`. */
export function ruleName({ kind, name }: RuleRef): string {
  return `${kind}/${name}`;
}

export function isSameRule(a: RuleRef, b: RuleRef): boolean {
  return a.kind === b.kind && a.name === b.name;
}

const SCOPES: Record<RuleKind, number> = { CheckpointRule: 0, ClusterCheckpointRule: 1 };

/** The order in which rules are listed: namespaced before cluster rules, each by name. */
export function byScopeThenName(a: RuleRef, b: RuleRef): number {
  return SCOPES[a.kind] - SCOPES[b.kind] || (a.name < b.name ? -1 : 1);
}
