import { expect, it, vi } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { install, webhookCertificate } from '../../tools/cluster/install.ts';
import { freePort } from '../../tools/cluster/processes.ts';
import { approvedStatus } from '../../tools/environment/approved-status.ts';
import { withApiServer } from '../support/api-server.ts';

const apiServer = withApiServer({ controllerManager: true });

const rule = (name: string) => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'CheckpointRule',
  metadata: { name, namespace: 'default' },
  spec: { actions: ['a'], decision: 'AutoDeny' },
});

it('with a webhook that cannot be reached nothing new comes in, and the guards hold for what is there', async () => {
  const { plane, operator } = apiServer();
  const asked = await apiServer().asked();
  for (const name of ['foreground', 'orphan']) await apiServer().create(rule(name));
  const { caBundle } = await webhookCertificate('127.0.0.1', plane.folder);
  await install(plane, { webhook: { url: `https://127.0.0.1:${await freePort()}`, caBundle } });
  const base = {
    apiVersion: 'approvalgate.dev/v1alpha1',
    metadata: { generateName: 'x-', namespace: 'default' },
  };
  const requester = await apiServer().whoami();
  const { name, uid } = asked.metadata;
  const specs = {
    Checkpoint: { action: 'a', requester },
    CheckpointRule: { actions: ['a'], decision: 'AutoDeny' },
    CheckpointReview: { checkpoint: { name, uid }, verdict: 'Approve', reviewer: requester },
  };
  for (const [kind, spec] of Object.entries(specs)) {
    await expect
      .poll(async () => (await apiServer().create({ ...base, kind, spec })).stderr)
      .toContain('failed calling webhook');
  }
  const status = approvedStatus(asked);
  const patch = ['patch', 'ckpt', name, '--subresource=status', '--type=merge', '-p'];
  expect((await plane.kubectl([...patch, JSON.stringify({ status })])).stderr).toContain('only the operator');
  const asMia = ['delete', 'ckpt', name, '--as=mia', '--as-group=system:masters'];
  expect((await plane.kubectl(asMia)).stderr).toContain('withdrawn by its requester');
  await expect(operator.patchStatus(CHECKPOINTS, asked, status)).resolves.toBeDefined();
});

it.each(['foreground', 'orphan'])(
  'and a rule that is deleted then with --cascade=%s is collected, which takes an update',
  async (name) => {
    const { plane } = apiServer();
    expect((await apiServer().create(rule('new'))).stderr).toContain('failed calling webhook');
    await plane.mustKubectl(['delete', 'ckptr', name, `--cascade=${name}`, '--wait=false']);
    const get = async () => (await plane.kubectl(['get', 'ckptr', name])).stderr;
    // The collector looks for new kinds every 30 s.
    await vi.waitUntil(async () => (await get()).includes('NotFound'), { timeout: 180_000, interval: 200 });
  },
);
