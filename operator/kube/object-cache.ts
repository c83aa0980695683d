import { toError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { keyFor, keyOf } from '../model/references.ts';
import { type Cacheable, type Kept, lean } from './lean.ts';

export type { Cacheable, Kept } from './lean.ts';

export type Change<T> =
  | { readonly type: 'Added'; readonly object: T }
  | { readonly type: 'Updated'; readonly object: T; readonly previous: T }
  | { readonly type: 'Deleted'; readonly object: T };

interface ObjectCacheOptions<T> {
  /** Told of every change, in order. */
  onChange(change: Change<T>): void;
  readonly kept?: Kept;
  /** What is kept of an object, as of now; default: all of it. */
  reduce?(object: T): T;
  readonly log: Logger;
}

/** Objects by namespace and name, telling each change once. A new uid under an old name is Deleted, then Added. */
export class ObjectCache<T extends Cacheable> {
  readonly #items = new Map<string, T>();
  readonly #tell: (change: Change<T>) => void;
  readonly #kept: Kept;
  readonly #reduce: (object: T) => T;

  constructor(options: ObjectCacheOptions<T>) {
    this.#tell = guarded(options);
    this.#kept = options.kept ?? {};
    this.#reduce = (object) => options.reduce?.(object) ?? object;
  }

  get size(): number {
    return this.#items.size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#items.get(keyFor(namespace, name));
  }

  items(): T[] {
    return [...this.#items.values()];
  }

  /** Makes the cache hold exactly these objects. */
  replace(objects: readonly T[]): void {
    const present = new Set<string>(objects.map(keyOf));
    for (const [key, item] of this.#items) if (!present.has(key)) this.#remove(key, item);
    for (const object of objects) this.put(object);
  }

  /** What would be kept of an object. It changes what is given. */
  reduced(given: T): T {
    return this.#reduce(lean(given, this.#kept));
  }

  /** Keeps of a cached object what is to be kept of it by now. Nobody is told: its state is the same. */
  reduce(cached: T): T {
    const reduced = this.#reduce(cached);
    const key = keyOf(cached);
    if (this.#items.get(key) === cached) this.#items.set(key, reduced);
    return reduced;
  }

  put(given: T): void {
    const object = this.reduced(given);
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
function guarded<T>(options: ObjectCacheOptions<T>): (change: Change<T>) => void {
  return (change) => {
    try {
      options.onChange(change);
    } catch (error) {
      options.log.error({ error: toError(error).message }, 'a change handler failed');
    }
  };
}

export function versionOf({ metadata }: Cacheable): string {
  return metadata.resourceVersion ?? '';
}
