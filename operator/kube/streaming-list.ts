import { keyOf } from '../model/references.ts';
import type { WatchEvent } from './client.ts';
import type { Cacheable } from './object-cache.ts';

/** Marks the bookmark after which a watch that began with everything there is goes on with news. */
const END = 'k8s.io/initial-events-end';

/**
 * Collects a streaming list: everything there is, as a watch with `sendInitialEvents` tells it. News may come in between.
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists
 */
export class StreamingList<T extends Cacheable> {
  readonly #objects = new Map<string, T>();
  readonly #reduced: (object: T) => T;

  /** `reduced`: what is kept of an object. */
  constructor(reduced: (object: T) => T) {
    this.#reduced = reduced;
  }

  /** @returns whether this was the end: then `objects` is complete, as of this event's resource version */
  take({ type, object }: WatchEvent<T>): boolean {
    if (type === 'BOOKMARK') return object.metadata.annotations?.[END] === 'true';
    if (type === 'DELETED') this.#objects.delete(keyOf(object));
    else this.#objects.set(keyOf(object), this.#reduced(object));
    return false;
  }

  get objects(): T[] {
    return [...this.#objects.values()];
  }
}
