/** What node.test.ts starts in namespaces: a node with a Pod, told line by line. With `stay` it goes on until killed. */

import { nodeFolder } from './namespaces.ts';
import { RealNode } from './node.ts';
import { PAUSE_IMAGE } from './pause.ts';

console.log(`folder ${nodeFolder()}`);
const node = await RealNode.start();
const { cluster } = node;
await cluster.mustKubectl(['run', 'idle', `--image=${PAUSE_IMAGE}`, '--image-pull-policy=Never']);
await podIsReady();
console.log('runs');

if (process.argv[2] === 'stay') {
  setInterval(() => undefined, 60_000);
} else {
  console.log(
    `by the Service: ${await cluster.mustKubectl(['--server=https://10.0.0.1', 'get', '--raw', '/readyz'])}`,
  );
  console.log(`logs: ${await cluster.mustKubectl(['logs', 'idle'])}`);
  await node.restartKubelet();
  console.log(`starts with a new kubelet: ${await restarts()}`);
  await node.killPod('default', 'idle');
  while ((await restarts()) === '0') await new Promise((resolve) => setTimeout(resolve, 200));
  await podIsReady();
  console.log(`starts after SIGKILL: ${await restarts()}`);
  await cluster.restartApiServer();
  await node.ready();
  await node.stop();
  console.log('stopped');
  process.exitCode = 3;
}

function podIsReady(): Promise<string> {
  return cluster.mustKubectl(['wait', '--for=condition=Ready', 'pod/idle', '--timeout=120s']);
}

function restarts(): Promise<string> {
  return cluster.mustKubectl([
    'get',
    'pod',
    'idle',
    '-o',
    'jsonpath={.status.containerStatuses[0].restartCount}',
  ]);
}
