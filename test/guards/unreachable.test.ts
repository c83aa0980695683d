import { expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { install, webhookCertificate } from '../../tools/cluster/install.ts';
import { freePort } from '../../tools/cluster/processes.ts';
import { approvedStatus } from '../../tools/stage/approved-status.ts';
import { withStore } from '../support/store.ts';

const store = withStore();

it('with a webhook that cannot be reached nothing new comes in, and the guards hold for what is there', async () => {
  const { plane, operator } = store();
  const asked = await store().asked();
  const { caBundle } = await webhookCertificate();
  await install(plane, { webhook: { url: `https://127.0.0.1:${await freePort()}`, caBundle } });
  const base = {
    apiVersion: 'approvalgate.dev/v1alpha1',
    metadata: { generateName: 'x-', namespace: 'default' },
  };
  const requester = await store().whoami();
  const { name, uid } = asked.metadata;
  const specs = {
    Checkpoint: { action: 'a', requester },
    CheckpointRule: { actions: ['a'], decision: 'AutoDeny' },
    CheckpointReview: { checkpoint: { name, uid }, verdict: 'Approve', reviewer: requester },
  };
  for (const [kind, spec] of Object.entries(specs)) {
    await expect
      .poll(async () => (await store().create({ ...base, kind, spec })).stderr, { timeout: 20_000 })
      .toContain('failed calling webhook');
  }
  const status = approvedStatus(asked);
  const patch = ['patch', 'ckpt', name, '--subresource=status', '--type=merge', '-p'];
  expect((await plane.kubectl([...patch, JSON.stringify({ status })])).stderr).toContain('only the operator');
  const asMia = ['delete', 'ckpt', name, '--as=mia', '--as-group=system:masters'];
  expect((await plane.kubectl(asMia)).stderr).toContain('withdrawn by its requester');
  await expect(operator.patchStatus(CHECKPOINTS, asked, status)).resolves.toBeDefined();
});
