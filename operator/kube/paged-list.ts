import type { ResourceType } from '../../crds/names.ts';
import type { KubeClient, Page } from './client.ts';
import type { ListQuery } from './paths.ts';

/** Items of a page, as `kubectl` asks for them. */
const PAGE_SIZE = 500;

interface Paging {
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/**
 * Everything that is selected, page by page; later pages continue the first one's snapshot.
 * @throws ApiError, e.g. where that snapshot has expired; the signal's reason where it aborts
 */
export async function* pagesOf<T>(
  client: Pick<KubeClient, 'list'>,
  type: ResourceType,
  query: ListQuery,
  { pageSize = PAGE_SIZE, signal }: Paging = {},
): AsyncGenerator<Page<T>> {
  let token: string | undefined;
  do {
    const part = { ...query, limit: pageSize, ...(token ? { continue: token } : {}) };
    const page = await client.list<T>(type, part, signal);
    signal?.throwIfAborted();
    yield page;
    token = page.continue;
  } while (token !== undefined);
}

/** All items at once. `resourceVersion` is where a watch goes on. Throws as `pagesOf`. */
export async function listAll<T>(
  client: Pick<KubeClient, 'list'>,
  type: ResourceType,
  query: ListQuery,
  signal: AbortSignal,
): Promise<Pick<Page<T>, 'items' | 'resourceVersion'>> {
  const items: T[] = [];
  let resourceVersion = '';
  for await (const page of pagesOf<T>(client, type, query, { signal })) {
    items.push(...page.items);
    resourceVersion = page.resourceVersion;
  }
  return { items, resourceVersion };
}
