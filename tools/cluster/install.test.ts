import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { install, removeWebhooks, webhookCertificate } from './install.ts';

let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane();
});

afterAll(() => cluster?.stop());

const identity = JSON.stringify({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'ReviewerIdentity',
  metadata: { name: 't1-u1' },
  spec: { username: 'system:serviceaccount:billing:bot', slack: { team: 'T1', user: 'U1' } },
});

test('an installation gives the operator its own account, and its policies hold at once', async () => {
  const { operatorKubeconfig } = await install(cluster, { namespace: 'checks' });
  const who = await cluster.mustKubectl(['auth', 'whoami', '-o', 'json'], {
    kubeconfig: operatorKubeconfig,
  });
  expect(JSON.parse(who).status.userInfo.username).toBe('system:serviceaccount:checks:approvalgate');
  const refused = await cluster.kubectl(['create', '-f', '-'], {
    input: identity,
    kubeconfig: operatorKubeconfig,
  });
  expect(refused.code).not.toBe(0);
});

test('an installation can be repeated, with a webhook this time, which can be removed again', async () => {
  const { caBundle } = await webhookCertificate('127.0.0.1', cluster.folder);
  await install(cluster, { namespace: 'checks', webhook: { url: 'https://127.0.0.1:9', caBundle } });
  const kind = 'validatingwebhookconfiguration';
  const registered = await cluster.mustKubectl(['get', kind, 'approvalgate', '-o', 'json']);
  expect(JSON.parse(registered).webhooks[0].clientConfig).toMatchObject({
    url: expect.stringContaining('https://127.0.0.1:9'),
    caBundle,
  });
  await removeWebhooks(cluster);
  expect((await cluster.kubectl(['get', kind, 'approvalgate'])).stderr).toContain('NotFound');
});
