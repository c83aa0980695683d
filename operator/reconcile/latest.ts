import type { Checkpoint } from '../../crds/types.ts';

interface OwnWrite {
  readonly object: Checkpoint;
  /** Versions that the write replaced: a cache that still shows one of them is behind. */
  readonly replaced: ReadonlySet<string>;
}

/**
 * The newest version this process knows of: what it wrote itself, until the watch has caught up.
 * Without it a pass that runs between a write and its event would work on the object as it was before.
 * Resource versions are opaque and only ever compared for equality.
 */
export class LatestVersions {
  readonly #own = new Map<string, OwnWrite>();

  /** Notes a successful write over `before`. */
  wrote(before: Checkpoint, after: Checkpoint): void {
    const uid = after.metadata.uid ?? '';
    const replaced = new Set(this.#own.get(uid)?.replaced);
    replaced.add(before.metadata.resourceVersion ?? '');
    this.#own.set(uid, { object: after, replaced });
  }

  /** The newer of the cached version and our own last write. */
  of(cached: Checkpoint): Checkpoint {
    const uid = cached.metadata.uid ?? '';
    const own = this.#own.get(uid);
    if (own?.replaced.has(cached.metadata.resourceVersion ?? '')) return own.object;
    this.#own.delete(uid);
    return cached;
  }

  /** The last own write of an object that the watch no longer shows. */
  take(uid: string): Checkpoint | undefined {
    const own = this.#own.get(uid);
    this.#own.delete(uid);
    return own?.object;
  }
}
