import type { ObjectMeta } from '../../crds/types.ts';

/** What a cache holds: an object of the API. */
export interface Cacheable {
  readonly metadata: ObjectMeta;
}

/** What a cache keeps of metadata besides what tells which object it is, in which state: what is read of it, by default nothing. */
export interface Kept {
  readonly labels?: boolean;
  /** By their keys. */
  readonly annotations?: readonly string[];
}

/**
 * Drops what nobody reads: others may write a megabyte of it. It changes the object, and gives all the same shape: to copy
 * the rest would cost more memory than it saves.
 */
export function lean<T extends Cacheable>(object: T, kept: Kept = {}): T {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp } =
    object.metadata;
  const identity = {
    name,
    namespace,
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    deletionTimestamp,
  };
  (object as { metadata: object }).metadata = { ...identity, ...keptOf(object.metadata, kept) };
  return object;
}

function keptOf({ labels, annotations = {} }: ObjectMeta, kept: Kept): Partial<ObjectMeta> {
  const entries = (kept.annotations ?? []).flatMap((key) => {
    const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    ...(kept.labels && labels ? { labels } : {}),
    ...(entries.length > 0 ? { annotations: Object.fromEntries(entries) } : {}),
  };
}
