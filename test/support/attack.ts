import { expect } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { apply } from '../../tools/environment/people.ts';
import type { E2EEnvironment, TestNamespace } from './environment.ts';
import { eventually } from './eventually.ts';

/** A service account with every verb on everything of ours: whatever it is refused, RBAC did not refuse it. */
export async function namespaceAdminFor(
  { environment, namespace }: TestNamespace,
  name = 'mighty',
): Promise<string> {
  const { controlPlane } = environment;
  const kubeconfig = await controlPlane.serviceAccount(namespace, name);
  await apply(controlPlane, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'everything', namespace },
    rules: [{ apiGroups: ['approvalgate.dev'], resources: ['*'], verbs: ['*'] }],
  });
  const to = `--serviceaccount=${namespace}:${name}`;
  await controlPlane.mustKubectl(['create', 'rolebinding', name, '-n', namespace, '--role=everything', to]);
  return kubeconfig;
}

/** Resolves once people are asked: rules had their say and none of them decided. */
export function waiting(ns: TestNamespace, asked: Checkpoint): Promise<Checkpoint> {
  return eventually('a person is asked', async () => {
    const found = await ns.read(asked);
    return found?.status?.requirements && found.metadata.uid === asked.metadata.uid ? found : undefined;
  });
}

/** People are asked, and nobody has decided. */
export async function undecided(ns: TestNamespace, asked: Checkpoint): Promise<void> {
  expect((await waiting(ns, asked)).status?.decision).toBeUndefined();
}

/** The same process still runs, and still decides what others ask. */
export async function unharmed(environment: E2EEnvironment, pid: number): Promise<void> {
  expect(environment.product.operator.exited).toBe(false);
  expect(environment.product.operator.pid).toBe(pid);
  const ns = await environment.namespace();
  await ns.rule('bystander', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
  const asked = await ns.ask({ action: 'bystander', context: { amount: 1 } });
  expect((await ns.decided(asked)).status?.decision?.outcome).toBe('Approved');
}
