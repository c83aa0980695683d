import type { Cacheable } from '../kube/object-cache.ts';
import { routingOf } from '../messages/channels.ts';
import type { ChatProvider } from '../messages/provider.ts';
import type { NamespaceFacts } from './ports.ts';

/** What rules need to know about a namespace, and where its questions go. */
export function namespaceFacts(
  namespace: Cacheable | undefined,
  providers: readonly ChatProvider[],
): NamespaceFacts {
  const { labels = {}, annotations = {}, name = '' } = namespace?.metadata ?? {};
  return { labels, routing: routingOf(providers, { name, annotations }) };
}
