import { parseArgs } from 'node:util';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { install, webhookCertificate } from '../cluster/install.ts';
import { freePort } from '../cluster/processes.ts';
import { OperatorProcess } from '../environment/operator-process.ts';
import { apply } from '../environment/people.ts';
import { admissionQuantiles } from './admission.ts';
import { bareLoop, operator, otherCommit } from './contenders.ts';
import type { Bench } from './operator.ts';
import { starts } from './starts.ts';
import { throughput } from './throughput.ts';

const USAGE = `usage: make bench, or: node tools/bench/main.ts [flags]

  --count N         checkpoints for each concurrency and contender (default: 3000; 0: no decisions are measured)
  --against COMMIT  the operator of another commit takes its turns too
  --pending N       checkpoints that wait when the operator starts (default: 10000; 0: no starts are measured)
  --settled N       decided checkpoints that are there besides (default: 100000)
`;
const RULES = 20;
const NAMESPACE = 'bench';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '3000' },
    against: { type: 'string' },
    pending: { type: 'string', default: '10000' },
    settled: { type: 'string', default: '100000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else await main();

async function main(): Promise<void> {
  const pending = Number(values.pending);
  if (Number(values.count) > 0) await measureDecisions();
  if (pending > 0) await measureStarts({ pending, settled: Number(values.settled) });
}

async function measureDecisions(): Promise<void> {
  const cluster = await startControlPlane();
  const webhook = { port: await freePort(), ...(await webhookCertificate('127.0.0.1', cluster.folder)) };
  const installation = await install(cluster, {
    webhook: { url: `https://127.0.0.1:${webhook.port}`, caBundle: webhook.caBundle },
  });
  // Admission has a process of its own, the same in both variants.
  const admission = await OperatorProcess.start({
    kubeconfig: installation.operatorKubeconfig,
    webhook,
    flags: ['--roles', 'webhook', '--slack-transport', 'off'],
  });
  try {
    await cluster.mustKubectl(['create', 'namespace', NAMESPACE]);
    for (let i = 0; i < RULES; i += 1) await apply(cluster, rule(i));
    const bench = { cluster, admin: kubeconfigClient(cluster.kubeconfig), installation };
    await decisions(bench);
    await admissionReport(cluster);
    await bench.admin.close();
  } finally {
    await admission.stop();
    await cluster.stop();
  }
}

/** On a cluster of its own, in which there is nothing at first. */
async function measureStarts(amounts: { pending: number; settled: number }): Promise<void> {
  const cluster = await startControlPlane();
  try {
    const installation = await install(cluster);
    const admin = kubeconfigClient(cluster.kubeconfig);
    await starts({ cluster, admin, installation }, amounts);
    await admin.close();
  } finally {
    await cluster.stop();
  }
}

/** Twenty rules look at each checkpoint; one of them approves it. */
function rule(i: number): object {
  const condition =
    i === 0 ? 'amount > 0 && amount < 50' : `amount > ${1000 + i} && customer.vip && order.startsWith("B")`;
  return {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'CheckpointRule',
    metadata: { name: `rule-${String(i).padStart(2, '0')}`, namespace: NAMESPACE },
    spec: {
      actions: ['process_refund'],
      condition,
      decision: i === 0 ? 'AutoApprove' : 'RequireApproval',
      message: "'Refund of ' + formatMoney(amount, 'USD') + '.'",
    },
  };
}

async function decisions(bench: Bench): Promise<void> {
  const other = values.against === undefined ? undefined : await otherCommit(bench, values.against);
  try {
    const contenders = [operator(bench), ...(other ? [other] : []), await bareLoop(bench, NAMESPACE)];
    await throughput(bench.admin, contenders, { namespace: NAMESPACE, count: Number(values.count) });
  } finally {
    await other?.remove();
  }
}

async function admissionReport(plane: Cluster): Promise<void> {
  const quantiles = await admissionQuantiles(plane, [0.5, 0.95, 0.99]);
  const bounds = [...quantiles.values()].map((value) => value.toFixed(0)).join(' / ');
  console.log(`\nadmission of all those, as the API server saw it: p50/p95/p99 at most ${bounds} ms`);
}
