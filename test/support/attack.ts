import { expect } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { apply } from '../../tools/environment/people.ts';
import type { Flow, Room } from './environment.ts';
import { eventually } from './eventually.ts';

/** A service account with every verb on everything of ours: whatever it is refused, RBAC did not refuse it. */
export async function mighty({ flow, namespace }: Room, name = 'mighty'): Promise<string> {
  const { controlPlane } = flow;
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
export function waiting(room: Room, asked: Checkpoint): Promise<Checkpoint> {
  return eventually('a person is asked', async () => {
    const found = await room.read(asked);
    return found?.status?.requirements && found.metadata.uid === asked.metadata.uid ? found : undefined;
  });
}

/** People are asked, and nobody has decided. */
export async function undecided(room: Room, asked: Checkpoint): Promise<void> {
  expect((await waiting(room, asked)).status?.decision).toBeUndefined();
}

/** The same process still runs, and still decides what others ask. */
export async function unharmed(flow: Flow, pid: number): Promise<void> {
  expect(flow.stage.operator.exited).toBe(false);
  expect(flow.stage.operator.pid).toBe(pid);
  const room = await flow.room();
  await room.rule('bystander', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
  const asked = await room.ask({ action: 'bystander', context: { amount: 1 } });
  expect((await room.decided(asked)).status?.decision?.outcome).toBe('Approved');
}
