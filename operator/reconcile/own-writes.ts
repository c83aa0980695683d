import type { Checkpoint } from '../../crds/types.ts';
import { lean } from '../kube/lean.ts';

interface Newer {
  readonly object: Checkpoint;
  /** Versions that it replaced: a cache that still shows one of them is behind. */
  readonly replaced: ReadonlySet<string>;
}

/**
 * The newest version this process knows of: what it wrote itself or read live, until the watch has caught up.
 * Without it a pass that runs between a write and its event would work on the object as it was before.
 * Resource versions are opaque and only ever compared for equality.
 */
export class OwnWrites {
  readonly #newer = new Map<string, Newer>();

  /** Notes a version that is newer than `before`: of a successful write, or of a live read. */
  note(before: Checkpoint, after: Checkpoint): void {
    const uid = after.metadata.uid ?? '';
    const replaced = new Set(this.#newer.get(uid)?.replaced);
    replaced.add(before.metadata.resourceVersion ?? '');
    this.#newer.set(uid, { object: lean(after), replaced });
  }

  /** The newer of the cached version and what was noted. */
  newest(cached: Checkpoint): Checkpoint {
    return this.#newerThan(cached)?.object ?? cached;
  }

  /** Drops what was noted once the cache is as new: older versions do not come again. */
  dropOlderThan(cached: Checkpoint): void {
    if (this.#newerThan(cached) === undefined) this.#newer.delete(cached.metadata.uid ?? '');
  }

  #newerThan({ metadata: { uid = '', resourceVersion = '' } }: Checkpoint): Newer | undefined {
    const newer = this.#newer.get(uid);
    return newer?.replaced.has(resourceVersion) ? newer : undefined;
  }

  /** What was noted last of an object that the watch no longer shows. */
  take(uid: string): Checkpoint | undefined {
    const newer = this.#newer.get(uid);
    this.#newer.delete(uid);
    return newer?.object;
  }
}
