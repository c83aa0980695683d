import { API_VERSION } from '../../crds/names.ts';
import type { Identity } from '../../crds/types.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { DESK_TEAM } from '../slack-desk/desk.ts';

/** Creates a namespace whose service account `refund-bot` may ask, and gives that account's kubeconfig. */
export async function agentIn(cluster: Cluster, namespace: string, name = 'refund-bot'): Promise<string> {
  const known = await cluster.kubectl(['get', 'namespace', namespace]);
  if (known.code !== 0) await cluster.mustKubectl(['create', 'namespace', namespace]);
  const kubeconfig = await cluster.serviceAccount(namespace, name);
  await bind(cluster, namespace, 'approvalgate-agent', `--serviceaccount=${namespace}:${name}`);
  return kubeconfig;
}

/** Who the API server says a caller is: what the webhook would stamp. */
export async function whoami(cluster: Cluster, kubeconfig = cluster.kubeconfig): Promise<Identity> {
  const said = await cluster.mustKubectl(['auth', 'whoami', '-o', 'json'], { kubeconfig });
  const { userInfo } = (JSON.parse(said) as { status: { userInfo: Identity } }).status;
  const { username, uid, groups } = userInfo;
  return { username, ...(uid ? { uid } : {}), ...(groups ? { groups } : {}) };
}

/** Lets a person approve and deny in a namespace. */
export async function approver(cluster: Cluster, namespace: string, username: string): Promise<void> {
  await bind(cluster, namespace, 'approvalgate-approver-verbs', `--user=${username}`);
  await bind(cluster, namespace, 'approvalgate-viewer', `--user=${username}`);
}

async function bind(cluster: Cluster, namespace: string, role: string, subject: string): Promise<void> {
  const name = `${role}-${subject.replaceAll(/[^a-z0-9]+/g, '-')}`;
  const args = ['create', 'rolebinding', name, '-n', namespace, `--clusterrole=${role}`, subject];
  const { code, stderr } = await cluster.kubectl(args);
  if (code !== 0 && !stderr.includes('already exists')) throw new Error(stderr);
}

/** Links a Slack account of the desk's workspace to a Kubernetes user. */
export async function link(
  cluster: Cluster,
  slackUser: string,
  username: string,
  groups: readonly string[] = [],
): Promise<void> {
  await apply(cluster, {
    apiVersion: API_VERSION,
    kind: 'ReviewerIdentity',
    metadata: { name: `${DESK_TEAM}-${slackUser}`.toLowerCase() },
    spec: {
      username,
      ...(groups.length > 0 ? { groups } : {}),
      slack: { team: DESK_TEAM, user: slackUser },
    },
  });
}

export async function apply(cluster: Cluster, object: object): Promise<void> {
  await cluster.mustKubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });
}
