import type { ResourceType } from '../../crds/names.ts';
import type { KubeClient, Page } from './client.ts';
import type { ListQuery } from './paths.ts';

const PAGE_SIZE = 500;

/** Everything that is selected, asked for page by page. `resourceVersion` is where a watch goes on. @throws where aborted */
export async function listAll<T>(
  client: Pick<KubeClient, 'list'>,
  type: ResourceType,
  query: ListQuery,
  signal: AbortSignal,
): Promise<Pick<Page<T>, 'items' | 'resourceVersion'>> {
  const items: T[] = [];
  let token: string | undefined;
  for (;;) {
    const part = { ...query, limit: PAGE_SIZE, ...(token ? { continue: token } : {}) };
    const page = await client.list<T>(type, part, signal);
    signal.throwIfAborted();
    items.push(...page.items);
    if (page.continue === undefined) return { items, resourceVersion: page.resourceVersion };
    token = page.continue;
  }
}
