import { API_VERSION } from '../../crds/names.ts';
import type { ReviewerIdentity } from '../../crds/types.ts';

/** An account in a Slack workspace. */
interface SlackAccount {
  readonly team: string;
  readonly user: string;
}

/** The one name that the schema allows for an account's identity, so that no account is linked twice. */
export function identityName({ team, user }: SlackAccount): string {
  return `${team}-${user}`.toLowerCase();
}

/** Whether an identity is about this very account, whatever its name says, and is not being deleted. */
export function links({ metadata, spec }: ReviewerIdentity, { team, user }: SlackAccount): boolean {
  const { slack } = spec;
  return metadata.deletionTimestamp === undefined && slack.team === team && slack.user === user;
}

/**
 * What an administrator applies to link an account. The username stays open: what a profile says of itself is no
 * evidence of who somebody is in Kubernetes.
 */
export function linkingManifest(account: SlackAccount): string {
  return [
    `apiVersion: ${API_VERSION}`,
    'kind: ReviewerIdentity',
    'metadata:',
    `  name: ${identityName(account)}`,
    'spec:',
    '  username: <your Kubernetes username>',
    '  slack:',
    `    team: ${account.team}`,
    `    user: ${account.user}`,
    '',
  ].join('\n');
}
