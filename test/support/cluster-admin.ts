import type { ControlPlane } from '../../tools/cluster/control-plane.ts';
import { apply } from '../../tools/environment/people.ts';

/** The kubeconfig of a service account that RBAC lets do anything with our kinds, everywhere. */
export async function clusterAdminFor(plane: ControlPlane, namespace: string, name: string): Promise<string> {
  await apply(plane, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'everything-of-ours' },
    rules: [{ apiGroups: ['approvalgate.dev'], resources: ['*'], verbs: ['*'] }],
  });
  await apply(plane, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `everything-of-ours-${namespace}-${name}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'everything-of-ours' },
    subjects: [{ kind: 'ServiceAccount', namespace, name }],
  });
  return plane.serviceAccount(namespace, name);
}
