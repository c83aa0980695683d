import { SLACK_CHANNEL_ANNOTATION } from '../../crds/names.ts';
import type { Cacheable } from '../kube/object-cache.ts';
import { isSlackChannel } from '../model/slack-channel.ts';
import type { NamespaceFacts } from './ports.ts';

/**
 * What rules need to know about a namespace, and where its questions go. An annotation that names no channel is not
 * replaced by the operator's default: what is asked there may not be meant for everybody who reads that.
 */
export function namespaceFacts(
  namespace: Cacheable | undefined,
  defaultChannel: string | undefined,
): NamespaceFacts {
  const { labels = {}, annotations = {}, name = '' } = namespace?.metadata ?? {};
  const annotated = annotations[SLACK_CHANNEL_ANNOTATION] || undefined;
  if (annotated !== undefined && !isSlackChannel(annotated)) {
    const text = `its value is no Slack channel id, such as C0123ABCD45. Reviews by kubectl work all the same.`;
    return { labels, channelProblem: `Annotation ${SLACK_CHANNEL_ANNOTATION} of namespace ${name}: ${text}` };
  }
  const slackChannel = annotated ?? defaultChannel;
  return { labels, ...(slackChannel ? { slackChannel } : {}) };
}
