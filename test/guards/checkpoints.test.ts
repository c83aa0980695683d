import { describe, expect, it } from 'vitest';
import { CHECKPOINT_RULES, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointRule } from '../../crds/types.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withApiServer } from '../support/api-server.ts';
import { clusterAdminFor } from '../support/cluster-admin.ts';

const apiServer = withApiServer();
const COLLECTOR = 'system:serviceaccount:kube-system:generic-garbage-collector';

const namespaceAdminFor = (): Promise<string> => clusterAdminFor(apiServer().plane, 'default', 'mighty');

const kubectl = async (args: string[], kubeconfig = apiServer().plane.kubeconfig) =>
  (await apiServer().plane.kubectl(args, { kubeconfig })).stderr;
const remove = ({ metadata }: Checkpoint, ...args: string[]) => [
  ...['delete', 'ckpt', metadata.name, '-n', metadata.namespace ?? '', '--wait=false', ...args],
];

describe('without any webhook, the status of a Checkpoint', () => {
  it('is written by the operator, and by nobody else: no service account, no cluster administrator', async () => {
    const asked = await apiServer().asked();
    const status = approvedStatus(asked);
    const patch = ['patch', 'ckpt', asked.metadata.name, '--subresource=status', '--type=merge', '-p'];
    for (const kubeconfig of [apiServer().plane.kubeconfig, await namespaceAdminFor()]) {
      expect(await kubectl([...patch, JSON.stringify({ status })], kubeconfig)).toContain(
        "only the operator's service account writes the status of a Checkpoint",
      );
    }
    await expect(apiServer().operator.patchStatus(CHECKPOINTS, asked, status)).resolves.toBeDefined();
  });

  it('is not written while the object is being deleted', async () => {
    const asked = await apiServer().asked();
    await kubectl(remove(asked, '--cascade=foreground'));
    const dying = await apiServer().admin.get<Checkpoint>(CHECKPOINTS, {
      namespace: 'default',
      name: asked.metadata.name,
    });
    expect(dying?.metadata.deletionTimestamp).toBeDefined();
    const write = apiServer().operator.patchStatus(CHECKPOINTS, dying ?? asked, approvedStatus(asked));
    await expect(write).rejects.toThrow('is being deleted');
  });

  it('of a rule is written by the operator alone too', async () => {
    const mine = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'CheckpointRule',
      metadata: { name: 'mine', namespace: 'default' },
      spec: { actions: ['a'], decision: 'AutoDeny' },
    };
    const rule = await apiServer().admin.create<CheckpointRule>(CHECKPOINT_RULES, mine);
    const patch = ['patch', 'ckptr', 'mine', '--subresource=status', '--type=merge', '-p'];
    const status = { observedGeneration: 1 };
    for (const kubeconfig of [apiServer().plane.kubeconfig, await namespaceAdminFor()]) {
      expect(await kubectl([...patch, JSON.stringify({ status })], kubeconfig)).toContain(
        "only the operator's service account 'system:serviceaccount:approvalgate:approvalgate' says in a rule",
      );
    }
    await expect(apiServer().operator.patchStatus(CHECKPOINT_RULES, rule, status)).resolves.toBeDefined();
  });
});

describe('without any webhook, a Checkpoint', () => {
  it('is created by the one whom it names as its requester', async () => {
    const kubeconfig = await namespaceAdminFor();
    const checkpoint = (requester: object | undefined, metadata: object = {}) => ({
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'Checkpoint',
      metadata: { generateName: 'c-', namespace: 'default', ...metadata },
      spec: { action: 'a', ...(requester ? { requester } : {}) },
    });
    const me = await apiServer().whoami(kubeconfig);
    const create = async (object: object) => (await apiServer().create(object, kubeconfig)).stderr;
    expect(await create(checkpoint(me))).toBe('');
    for (const other of [
      undefined,
      { ...me, username: 'mia' },
      { ...me, groups: [...(me.groups ?? []), 'finance'] },
      { ...me, groups: undefined },
      { ...me, uid: '0-0' },
    ]) {
      expect(await create(checkpoint(other))).toContain('spec.requester must be the caller');
    }
    const finalizers = ['evil.example/stay'];
    expect(await create(checkpoint(me, { finalizers }))).toContain('finalizers');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '0-0' }];
    expect(await create(checkpoint(me, { ownerReferences }))).toContain('ownerReferences');
  });

  it('is withdrawn by its requester, while it is undecided', async () => {
    const asked = await apiServer().asked();
    expect(await kubectl(remove(asked), await namespaceAdminFor())).toContain(
      `'${asked.metadata.name}' is withdrawn by its requester 'admin'`,
    );
    expect(await kubectl(remove(asked))).toBe('');
    const decided = await apiServer().asked();
    await apiServer().operator.patchStatus(CHECKPOINTS, decided, approvedStatus(decided));
    const operator =
      "once decided it is deleted by the operator 'system:serviceaccount:approvalgate:approvalgate'";
    expect(await kubectl(remove(decided))).toContain(operator);
    expect(await kubectl(remove(decided), apiServer().operatorKubeconfig)).toBe('');
  });

  it('is collected with what owns it, and goes with its namespace', async () => {
    const decided = await apiServer().asked();
    await apiServer().operator.patchStatus(CHECKPOINTS, decided, approvedStatus(decided));
    expect(await kubectl(remove(decided, `--as=${COLLECTOR}`))).toBe('');
    const { plane } = apiServer();
    await plane.mustKubectl(['create', 'namespace', 'going']);
    const last = await apiServer().asked({}, { generateName: 'c-', namespace: 'going' });
    expect(await kubectl(remove(last), await namespaceAdminFor())).toContain('withdrawn by its requester');
    await plane.mustKubectl(['delete', 'namespace', 'going', '--wait=false']);
    expect(await kubectl(remove(last), await namespaceAdminFor())).toBe('');
  });
});
