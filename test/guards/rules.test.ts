import { beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_RULES } from '../../crds/names.ts';
import type { CheckpointRule } from '../../crds/types.ts';
import { apply } from '../../tools/environment/people.ts';
import { withApiServer } from '../support/api-server.ts';
import { clusterAdminFor } from '../support/cluster-admin.ts';

const apiServer = withApiServer();
/** Service accounts with every verb on everything of ours, everywhere. */
let [agent, gitops] = ['', ''];

beforeAll(async () => {
  const { plane } = apiServer();
  for (const namespace of ['shop', 'shop-gitops'])
    await plane.mustKubectl(['create', 'namespace', namespace]);
  agent = await clusterAdminFor(plane, 'shop', 'bot');
  gitops = await clusterAdminFor(plane, 'shop-gitops', 'bot');
});

const rule = (name: string, namespace = 'shop') => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'CheckpointRule',
  metadata: { name, namespace },
  spec: { actions: ['*'], condition: 'true', decision: 'AutoApprove' },
});

/** Creates, changes and deletes a rule of shop in every way that there is, and gives what was said each time. */
async function write(name: string, kubeconfig: string): Promise<string[]> {
  const { plane } = apiServer();
  const input = JSON.stringify(rule(name));
  const relaxed = '{"spec":{"decision":"Inform"}}';
  const ways = [
    ['create', '-f', '-'],
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    ['patch', 'ckptr', name, '-n', 'shop', '--type=merge', '-p', relaxed],
    ['replace', '-f', '-'],
    ['delete', 'ckptr', name, '-n', 'shop'],
    ['delete', '--raw', '/apis/approvalgate.dev/v1alpha1/namespaces/shop/checkpointrules'],
  ];
  const said: string[] = [];
  for (const args of ways) said.push((await plane.kubectl(args, { input, kubeconfig })).stderr);
  return said;
}

describe('without any webhook, a rule of a namespace', () => {
  it('is neither written nor deleted by the service accounts of that namespace, whatever RBAC grants', async () => {
    await apply(apiServer().plane, rule('there'));
    const said = [...(await write('there', agent)), ...(await write('new', agent)).slice(0, 2)];
    for (const each of said) {
      expect(each).toContain("service accounts of namespace 'shop' write and delete no CheckpointRule in it");
    }
    const { spec } = rule('there');
    const found = await apiServer().admin.get<CheckpointRule>(CHECKPOINT_RULES, {
      name: 'there',
      namespace: 'shop',
    });
    expect(found?.spec).toMatchObject(spec);
  });

  it('is written by a person, and by a GitOps account of another namespace', async () => {
    for (const kubeconfig of [gitops, apiServer().plane.kubeconfig]) {
      expect(await write('ours', kubeconfig)).toEqual(['', '', '', '', '', '']);
    }
    const wide = { ...rule('wide'), kind: 'ClusterCheckpointRule', metadata: { name: 'wide' } };
    expect((await apiServer().create(wide, gitops)).stderr).toBe('');
  });

  it("gets its status from the operator in the operator's own namespace too", async () => {
    const here = await apiServer().admin.create<CheckpointRule>(
      CHECKPOINT_RULES,
      rule('here', 'approvalgate'),
    );
    const write = apiServer().operator.patchStatus(CHECKPOINT_RULES, here, { observedGeneration: 1 });
    await expect(write).resolves.toBeDefined();
  });
});
