import { CHECKPOINTS } from '../../crds/names.ts';
import type { Identity, Verdict } from '../../crds/types.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ReviewVerb } from '../messages/click.ts';
import { isPerson } from '../model/person.ts';

/** The verb that each verdict needs. */
export const VERBS = { Approve: 'approve', Deny: 'deny' } as const satisfies Record<Verdict, ReviewVerb>;

/** The ClusterRole that holds both verbs. */
export const APPROVER_ROLE = 'approvalgate-approver';

/**
 * Whether this person may give this verdict in this namespace, asked of the API server every time.
 * System users, and service accounts with them, never may, whatever RBAC says.
 * @throws ApiError when the API server does not answer: that is not a no, and never a yes.
 */
export async function mayReview(
  client: Pick<KubeClient, 'subjectAccessReview'>,
  reviewer: Identity | undefined,
  verdict: Verdict,
  namespace: string,
): Promise<boolean> {
  if (reviewer === undefined || !isPerson(reviewer.username)) return false;
  const { allowed } = await client.subjectAccessReview({
    user: reviewer.username,
    ...(reviewer.uid ? { uid: reviewer.uid } : {}),
    groups: reviewer.groups ?? [],
    resourceAttributes: {
      group: CHECKPOINTS.group,
      resource: CHECKPOINTS.plural,
      verb: VERBS[verdict],
      namespace,
    },
  });
  return allowed === true;
}
