import { API_VERSION, SLACK_CHANNEL_ANNOTATION } from '../../crds/names.ts';
import type { ReviewerIdentity } from '../../crds/types.ts';
import type { ChatAccount } from '../messages/click.ts';
import type { ChannelNames } from '../messages/provider.ts';
import type { ProviderName } from '../model/channel-ref.ts';
import { isSlackChannel } from '../model/slack-channel.ts';

/*
 * Where the API's objects speak of Slack: a rule's `notify.slack`, a namespace's annotation, an identity's `slack`, and
 * the name in `status.notifications`. No other file maps one of them.
 */

/** In `status.notifications`, and in a review's `via`. */
export const SLACK: ProviderName = 'Slack';

/** Where a channel of Slack is named. `defaultChannel`: the operator's own. */
export function slackChannels(defaultChannel?: string): ChannelNames {
  return {
    annotation: SLACK_CHANNEL_ANNOTATION,
    ...(defaultChannel ? { defaultChannel } : {}),
    channelOf: (notify) => notify?.slack?.channel,
    isChannel: isSlackChannel,
    form: 'Slack channel id, such as C0123ABCD45',
    noneKnown:
      `No Slack channel is known: set notify.slack.channel in a rule, the annotation ${SLACK_CHANNEL_ANNOTATION} ` +
      "on the namespace, or the operator's default channel.",
  };
}

/** A member of a Slack workspace. */
export function slackAccount({ team, user }: ReviewerIdentity['spec']['slack']): ChatAccount {
  const identity = `${team}-${user}`.toLowerCase();
  return {
    identity,
    isLinkedBy: ({ spec: { slack } }) => slack.team === team && slack.user === user,
    /** The username stays open: what a profile says of itself is no evidence of who somebody is in Kubernetes. */
    linkingManifest: () =>
      [
        `apiVersion: ${API_VERSION}`,
        'kind: ReviewerIdentity',
        'metadata:',
        `  name: ${identity}`,
        'spec:',
        '  username: <your Kubernetes username>',
        '  slack:',
        `    team: ${team}`,
        `    user: ${user}`,
        '',
      ].join('\n'),
  };
}
