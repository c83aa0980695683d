import type { ObjectMeta } from '../../crds/types.ts';
import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';

export interface Cacheable {
  readonly metadata: ObjectMeta;
}

export type Change<T> =
  | { readonly type: 'Added'; readonly object: T }
  | { readonly type: 'Updated'; readonly object: T; readonly previous: T }
  | { readonly type: 'Deleted'; readonly object: T };

/** Objects by namespace and name, telling each change once. A new uid under an old name is Deleted, then Added. */
export class ObjectCache<T extends Cacheable> {
  readonly #items = new Map<string, T>();
  readonly #tell: (change: Change<T>) => void;

  constructor(tell: (change: Change<T>) => void) {
    this.#tell = tell;
  }

  get size(): number {
    return this.#items.size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#items.get(`${namespace ?? ''}/${name}`);
  }

  items(): T[] {
    return [...this.#items.values()];
  }

  /** Makes the cache hold exactly these objects. */
  replace(objects: readonly T[]): void {
    const present = new Set(objects.map(keyOf));
    for (const [key, item] of this.#items) if (!present.has(key)) this.#remove(key, item);
    for (const object of objects) this.put(object);
  }

  put(given: T): void {
    const object = lean(given);
    const key = keyOf(object);
    const known = this.#items.get(key);
    const previous = known?.metadata.uid === object.metadata.uid ? known : undefined;
    if (known !== undefined && previous === undefined) this.#remove(key, known);
    this.#items.set(key, object);
    if (previous === undefined) this.#tell({ type: 'Added', object });
    else if (previous.metadata.resourceVersion !== object.metadata.resourceVersion) {
      this.#tell({ type: 'Updated', object, previous });
    }
  }

  /** `object` is its last state; one of another uid under the same name stays. */
  delete(object: T): void {
    const key = keyOf(object);
    if (this.#items.get(key)?.metadata.uid === object.metadata.uid) this.#remove(key, object);
  }

  #remove(key: string, object: T): void {
    this.#items.delete(key);
    this.#tell({ type: 'Deleted', object });
  }
}

/** A handler that throws must not break what follows the changes: it is logged. */
export function guarded<T>(handle: (change: Change<T>) => void, log: Logger): (change: Change<T>) => void {
  return (change) => {
    try {
      handle(change);
    } catch (error) {
      log.error({ error: toError(error).message }, 'a change handler failed');
    }
  };
}

/**
 * Drops what is half of an object and what nobody reads. It changes the object: to delete the key, or to copy the rest,
 * would cost more memory than it saves.
 */
export function lean<T extends Cacheable>(object: T): T {
  (object.metadata as { managedFields?: unknown }).managedFields = undefined;
  return object;
}

export function keyOf({ metadata }: Cacheable): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

export function versionOf({ metadata }: Cacheable): string {
  return metadata.resourceVersion ?? '';
}
