import { describe, expect, it } from 'vitest';
import { CHECKPOINT_RULES, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointRule } from '../../crds/types.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withStore } from '../support/api-server.ts';
import { mightyEverywhere } from '../support/cluster-admin.ts';

const store = withStore();
const COLLECTOR = 'system:serviceaccount:kube-system:generic-garbage-collector';

const mighty = (): Promise<string> => mightyEverywhere(store().plane, 'default', 'mighty');

const kubectl = async (args: string[], kubeconfig = store().plane.kubeconfig) =>
  (await store().plane.kubectl(args, { kubeconfig })).stderr;
const remove = ({ metadata }: Checkpoint, ...args: string[]) => [
  ...['delete', 'ckpt', metadata.name, '-n', metadata.namespace ?? '', '--wait=false', ...args],
];

describe('without any webhook, the status of a Checkpoint', () => {
  it('is written by the operator, and by nobody else: no service account, no cluster administrator', async () => {
    const asked = await store().asked();
    const status = approvedStatus(asked);
    const patch = ['patch', 'ckpt', asked.metadata.name, '--subresource=status', '--type=merge', '-p'];
    for (const kubeconfig of [store().plane.kubeconfig, await mighty()]) {
      expect(await kubectl([...patch, JSON.stringify({ status })], kubeconfig)).toContain(
        "only the operator's service account writes the status of a Checkpoint",
      );
    }
    await expect(store().operator.patchStatus(CHECKPOINTS, asked, status)).resolves.toBeDefined();
  });

  it('is not written while the object is being deleted', async () => {
    const asked = await store().asked();
    await kubectl(remove(asked, '--cascade=foreground'));
    const dying = await store().admin.get<Checkpoint>(CHECKPOINTS, {
      namespace: 'default',
      name: asked.metadata.name,
    });
    expect(dying?.metadata.deletionTimestamp).toBeDefined();
    const write = store().operator.patchStatus(CHECKPOINTS, dying ?? asked, approvedStatus(asked));
    await expect(write).rejects.toThrow('is being deleted');
  });

  it('of a rule is written by the operator alone too', async () => {
    const mine = {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'CheckpointRule',
      metadata: { name: 'mine', namespace: 'default' },
      spec: { actions: ['a'], decision: 'AutoDeny' },
    };
    const rule = await store().admin.create<CheckpointRule>(CHECKPOINT_RULES, mine);
    const patch = ['patch', 'ckptr', 'mine', '--subresource=status', '--type=merge', '-p'];
    const status = { observedGeneration: 1 };
    for (const kubeconfig of [store().plane.kubeconfig, await mighty()]) {
      expect(await kubectl([...patch, JSON.stringify({ status })], kubeconfig)).toContain(
        "only the operator's service account 'system:serviceaccount:approvalgate:approvalgate' says in a rule",
      );
    }
    await expect(store().operator.patchStatus(CHECKPOINT_RULES, rule, status)).resolves.toBeDefined();
  });
});

describe('without any webhook, a Checkpoint', () => {
  it('is created by the one whom it names as its requester', async () => {
    const kubeconfig = await mighty();
    const checkpoint = (requester: object | undefined, metadata: object = {}) => ({
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'Checkpoint',
      metadata: { generateName: 'c-', namespace: 'default', ...metadata },
      spec: { action: 'a', ...(requester ? { requester } : {}) },
    });
    const me = await store().whoami(kubeconfig);
    const create = async (object: object) => (await store().create(object, kubeconfig)).stderr;
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
    const asked = await store().asked();
    expect(await kubectl(remove(asked), await mighty())).toContain(
      `'${asked.metadata.name}' is withdrawn by its requester 'admin'`,
    );
    expect(await kubectl(remove(asked))).toBe('');
    const decided = await store().asked();
    await store().operator.patchStatus(CHECKPOINTS, decided, approvedStatus(decided));
    const operator =
      "once decided it is deleted by the operator 'system:serviceaccount:approvalgate:approvalgate'";
    expect(await kubectl(remove(decided))).toContain(operator);
    expect(await kubectl(remove(decided), store().operatorKubeconfig)).toBe('');
  });

  it('is collected with what owns it, and goes with its namespace', async () => {
    const decided = await store().asked();
    await store().operator.patchStatus(CHECKPOINTS, decided, approvedStatus(decided));
    expect(await kubectl(remove(decided, `--as=${COLLECTOR}`))).toBe('');
    const { plane } = store();
    await plane.mustKubectl(['create', 'namespace', 'going']);
    const last = await store().asked({}, { generateName: 'c-', namespace: 'going' });
    expect(await kubectl(remove(last), await mighty())).toContain('withdrawn by its requester');
    await plane.mustKubectl(['delete', 'namespace', 'going', '--wait=false']);
    expect(await kubectl(remove(last), await mighty())).toBe('');
  });
});
