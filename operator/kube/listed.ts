import type { ResourceType } from '../../crds/names.ts';
import type { ObjectMeta } from '../../crds/types.ts';
import { keyOf } from '../model/references.ts';
import type { KubeClient } from './client.ts';
import type { Cacheable } from './object-cache.ts';
import type { ListQuery } from './paths.ts';

/** What tells two states of one object apart, e.g. its uid and generation. */
export type Fingerprint = (metadata: ObjectMeta) => string;

/** A cache of one kind that is to be compared with the API server. */
export interface Compared {
  readonly type: ResourceType;
  readonly query: Pick<ListQuery, 'fieldSelector'>;
  items(): readonly Cacheable[];
  get(namespace: string | undefined, name: string): Cacheable | undefined;
}

/** What the API server lists of a kind, and in which objects a cache is otherwise. It follows the cache's changes. */
export class ListedObjects {
  readonly #cache: Compared;
  readonly #fingerprint: Fingerprint;
  readonly #listed: ReadonlyMap<string, string>;
  readonly #different = new Set<string>();

  private constructor(cache: Compared, fingerprint: Fingerprint, listed: readonly Cacheable[]) {
    this.#cache = cache;
    this.#fingerprint = fingerprint;
    this.#listed = new Map(listed.map((object) => [keyOf(object), fingerprint(object.metadata)]));
    for (const object of [...listed, ...cache.items()]) this.changed(object);
  }

  /** Reads what stands in the store now, names and identities alone. @throws ApiError */
  static async read(
    client: Pick<KubeClient, 'listMetadata'>,
    cache: Compared,
    fingerprint: Fingerprint,
    signal: AbortSignal,
  ): Promise<ListedObjects> {
    const { items } = await client.listMetadata(cache.type, cache.query, signal);
    return new ListedObjects(cache, fingerprint, items);
  }

  get isEqual(): boolean {
    return this.#different.size === 0;
  }

  /** To be told of each change of the cache after the list: it may be catching up. */
  changed(object: Cacheable): void {
    const key = keyOf(object);
    const { namespace, name } = object.metadata;
    const cached = this.#cache.get(namespace, name);
    const known = cached && this.#fingerprint(cached.metadata);
    if (known === this.#listed.get(key)) this.#different.delete(key);
    else this.#different.add(key);
  }

  /** Each object that is otherwise in the cache, with what it is there and in the list. */
  differences(): ReadonlySet<string> {
    const cached = new Map<string, string>(
      this.#cache.items().map((item) => [keyOf(item), this.#fingerprint(item.metadata)]),
    );
    return new Set([...this.#different].map((key) => `${key} ${cached.get(key)} ${this.#listed.get(key)}`));
  }
}
