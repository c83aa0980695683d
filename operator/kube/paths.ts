import type { ResourceType } from '../../crds/names.ts';

export interface ObjectRef {
  readonly namespace?: string;
  readonly name?: string;
}

export interface ListQuery {
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
}

/** What of a kind is followed. */
export type Selection = Pick<ListQuery, 'namespace' | 'fieldSelector'>;

interface Query extends ListQuery {
  readonly watch?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly resourceVersionMatch?: string;
  readonly timeoutSeconds?: number;
  readonly dryRun?: 'All';
}

export interface WatchQuery extends ListQuery {
  readonly timeoutSeconds: number;
  /** Begin with everything there is; then comes a bookmark, and then the news. Without a resource version. */
  readonly sendInitialEvents?: boolean;
  readonly resourceVersionMatch?: 'NotOlderThan';
}

/** The path of a kind, or of one object of it, with a query. Every part is escaped. */
export function pathOf(type: ResourceType, ref: ObjectRef = {}, query: Query = {}): string {
  const { group, version, plural, namespaced } = type;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespaced && ref.namespace ? `/namespaces/${encodeURIComponent(ref.namespace)}` : '';
  const name = ref.name ? `/${encodeURIComponent(ref.name)}` : '';
  return `${root}${scope}/${plural}${name}${queryString(query)}`;
}

function queryString(query: Query): string {
  const parameters = new URLSearchParams();
  const { watch, namespace: _, ...rest } = query;
  for (const [key, value] of Object.entries(rest))
    if (value !== undefined) parameters.set(key, String(value));
  if (watch) {
    parameters.set('watch', 'true');
    parameters.set('allowWatchBookmarks', 'true');
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
