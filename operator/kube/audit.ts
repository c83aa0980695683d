import type { KubeClient } from './client.ts';
import { type Fingerprint, ListedObjects } from './listed.ts';
import type { Watched } from './sight.ts';

/** Names, uids and versions of so many are some 20 MB; larger caches are compared by the version of the list alone. */
const SIZE_LIMIT = 20_000;

const byVersion: Fingerprint = ({ uid, resourceVersion }) => `${uid}/${resourceVersion}`;

/**
 * The objects in which a cache and the API server differ. A watch is a moment behind, so only a difference that is seen
 * twice, some time apart, will stay. @throws ApiError
 */
export async function differencesOf(
  client: Pick<KubeClient, 'listMetadata'>,
  watch: Watched,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (!watch.isSynced || watch.size > SIZE_LIMIT) return new Set();
  return (await ListedObjects.read(client, watch, byVersion, signal)).differences();
}
