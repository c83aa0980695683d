import type { ResourceType } from '../../crds/names.ts';
import { type Timers, watchdog } from '../timers.ts';
import { errorFromEvent } from './api-error.ts';
import type { KubeClient, WatchEvent, WatchQuery } from './client.ts';
import type { Cacheable } from './object-cache.ts';
import type { ListQuery } from './paths.ts';

/** The API server begins to answer a watch at once; one that does not has accepted a connection and forgotten it. */
const OPEN_MS = 10_000;
/** The server sends a bookmark about every minute: a watch without any for this long is dead. */
const INACTIVITY_MS = 150_000;

/** The server ends a watch after this long, at random in between, so that not all end at once. */
const WATCH_SECONDS = { least: 300, most: 600 };

const TYPES: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

interface WatchOptions {
  readonly client: Pick<KubeClient, 'watch'>;
  readonly type: ResourceType;
  readonly timers: Timers;
  readonly signal: AbortSignal;
  /** Told when the server has begun to answer. */
  opened(): void;
}

/**
 * The events of one watch, each with a version to go on from.
 * @throws ApiError for an event that says so; SyntaxError for what is no event; Error when nothing was heard for too long
 */
export async function* watchEvents<T extends Cacheable>(
  { client, type, timers, signal, opened }: WatchOptions,
  query: WatchQuery,
): AsyncGenerator<WatchEvent<T>> {
  const silence = watchdog(timers, OPEN_MS, signal);
  const begun = (): void => {
    silence.kick(INACTIVITY_MS);
    opened();
  };
  try {
    for await (const event of client.watch<T>(type, query, silence.signal, begun)) {
      silence.kick(INACTIVITY_MS);
      yield checked<T>(event);
    }
  } finally {
    silence.end();
  }
}

/** Asks for what comes after `version`, or, where that is undefined, for everything there is and then the news. */
export function watchQuery(query: ListQuery, version: string | undefined, random: () => number): WatchQuery {
  const { least, most } = WATCH_SECONDS;
  const timeoutSeconds = Math.round(least + random() * (most - least));
  if (version !== undefined) return { ...query, timeoutSeconds, resourceVersion: version };
  return { ...query, timeoutSeconds, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
}

/** What is no event must end the watch: taken for one, it would leave a hole that nobody sees. */
function checked<T extends Cacheable>(event: WatchEvent<T> | null): WatchEvent<T> {
  if (event?.type === 'ERROR') throw errorFromEvent(event.object ?? {});
  const { name, resourceVersion } = event?.object?.metadata ?? {};
  const complete = resourceVersion && (name || event?.type === 'BOOKMARK');
  if (!complete || !TYPES.has(event?.type)) throw new SyntaxError('the watch sent what is no event');
  return event as WatchEvent<T>;
}
