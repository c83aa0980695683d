import { expect, test } from 'vitest';
import { clean, installed } from './support/world.ts';

test('uninstalled, it leaves nothing that blocks the cluster, and installs again', async () => {
  const { node, release } = await installed();
  const { cluster } = node;
  await release.uninstall();
  const webhooks = ['get', 'mutatingwebhookconfigurations,validatingwebhookconfigurations', '-o', 'name'];
  expect(await cluster.mustKubectl(webhooks)).toBe('');
  const pod = ['run', 'bystander', '--image=localhost/pause:1', '--image-pull-policy=Never'];
  await cluster.mustKubectl(pod);
  await cluster.mustKubectl(['wait', '--for=condition=Ready', 'pod/bystander', '--timeout=60s']);
  await cluster.mustKubectl(['delete', 'pod', 'bystander', '--timeout=60s']);
  const namespaces = ['create', 'namespace', 'afterwards'];
  await cluster.mustKubectl(namespaces);
  await cluster.mustKubectl(['delete', 'namespace', 'afterwards', '--timeout=60s']);
  await clean();
  await installed();
});
