import { expect, it } from 'vitest';
import { CHECKPOINTS, CLUSTER_CHECKPOINT_RULES, NAMESPACES, type ResourceType } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { withApiServer } from '../support/api-server.ts';
import { runController } from '../support/controller.ts';
import { eventually } from '../support/eventually.ts';

const apiServer = withApiServer();

/** The client of an operator whose watch has not told of one namespace yet; everything else is the API server's word. */
function behindOn(name: string, client: KubeClient): KubeClient {
  async function* watch(type: ResourceType, ...rest: [never, AbortSignal]) {
    for await (const event of client.watch<{ metadata: { name: string } }>(type, ...rest)) {
      if (type !== NAMESPACES || event.object.metadata.name !== name) yield event;
    }
  }
  return new Proxy(client, {
    get(target, key) {
      if (key === 'watch') return watch;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

it('a rule of the cluster reaches a namespace that the operator has not heard of yet', async () => {
  const rule = (name: string, spec: object) => ({
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'ClusterCheckpointRule',
    metadata: { name },
    spec,
  });
  const namespaceSelector = { matchLabels: { tier: 'locked' } };
  for (const each of [
    rule('locked', { actions: ['*'], decision: 'AutoDeny', namespaceSelector }),
    rule('open', { actions: ['open_*'], condition: 'action != ""', decision: 'AutoApprove' }),
  ]) {
    await apiServer().admin.create(CLUSTER_CHECKPOINT_RULES, each);
  }
  await runController(behindOn('fresh', apiServer().operator));
  const { plane } = apiServer();
  const decision = async (namespace: string) => {
    const { metadata } = await apiServer().asked({ action: 'open_door' }, { name: 'first', namespace });
    return eventually('it is decided', async () => {
      const ref = { namespace, name: metadata.name };
      return (await apiServer().admin.get<Checkpoint>(CHECKPOINTS, ref))?.status?.decision?.reason;
    });
  };
  expect(await decision('default')).toBe('RuleApproved');
  await plane.mustKubectl(['create', 'namespace', 'fresh']);
  await plane.mustKubectl(['label', 'namespace', 'fresh', 'tier=locked']);
  expect(await decision('fresh')).toBe('RuleDenied');
});
