import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadKubeClient } from '../../operator/kube/config.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { install, removeWebhooks, webhookCertificate } from '../cluster/install.ts';
import { freePort } from '../cluster/processes.ts';
import { OperatorProcess } from '../stage/operator-process.ts';
import { apply } from '../stage/people.ts';
import { admissionQuantiles } from './admission.ts';
import { type LoadResult, runLoad } from './load.ts';
import { type Bench, startOperator, usage } from './operator.ts';
import { report } from './report.ts';
import { starts } from './starts.ts';

const USAGE = `usage: make bench, or: node tools/bench/main.ts [flags]

  --count N     checkpoints for each concurrency and variant (default: 3000)
  --pending N   checkpoints that wait when the operator starts (default: 10000)
  --settled N   decided checkpoints that are there besides (default: 100000)
`;
const RULES = 20;
const ROUNDS = 6;
/** Decisions of a new process before those that are measured: an engine compiles what it runs often. */
const WARM_UP = 200;
const CONCURRENCIES = [1, 8, 32];
const NAMESPACE = 'bench';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '3000' },
    pending: { type: 'string', default: '10000' },
    settled: { type: 'string', default: '100000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else await main();

async function main(): Promise<void> {
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
    const bench = { cluster, admin: loadKubeClient({ kubeconfig: cluster.kubeconfig }), installation };
    await throughput(bench);
    await admissionReport(cluster);
    await removeWebhooks(cluster);
    await starts(bench, { pending: Number(values.pending), settled: Number(values.settled) });
    await bench.admin.close();
  } finally {
    await admission.stop();
    await cluster.stop();
  }
}

/** Twenty rules look at each checkpoint; one of them approves it. */
function rule(i: number): object {
  const condition = i === 0 ? 'amount < 50' : `amount > ${1000 + i} && customer.vip && order.startsWith("B")`;
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

/** The variants take turns, so that whatever else the machine does falls on both. */
async function throughput(bench: Bench): Promise<void> {
  const count = Math.ceil(Number(values.count) / ROUNDS);
  for (const concurrency of CONCURRENCIES) {
    const results: Record<'operator' | 'raw', LoadResult[]> = { operator: [], raw: [] };
    let cpuSeconds = 0;
    let memoryMb = 0;
    const load = { namespace: NAMESPACE, count, concurrency };
    for (let round = 0; round < ROUNDS; round += 1) {
      const operator = await startOperator(bench);
      await runLoad(bench.admin, { ...load, count: WARM_UP });
      const before = await usage(operator);
      results.operator.push(await runLoad(bench.admin, load));
      const after = await usage(operator);
      cpuSeconds += after.cpuSeconds - before.cpuSeconds;
      memoryMb = Math.max(memoryMb, after.memoryMb);
      await operator.stop();
      const raw = await startRawLoop(bench);
      await runLoad(bench.admin, { ...load, count: WARM_UP });
      results.raw.push(await runLoad(bench.admin, load));
      raw.kill();
      await once(raw, 'exit');
    }
    report(concurrency, results);
    console.log(`  operator: ${cpuSeconds.toFixed(1)} CPU seconds, at most ${memoryMb.toFixed(0)} MB`);
  }
}

async function admissionReport(plane: Cluster): Promise<void> {
  const quantiles = await admissionQuantiles(plane, [0.5, 0.95, 0.99]);
  const bounds = [...quantiles.values()].map((value) => value.toFixed(0)).join(' / ');
  console.log(`\nadmission of all those, as the API server saw it: p50/p95/p99 at most ${bounds} ms`);
}

async function startRawLoop({ installation }: Bench): Promise<ChildProcess> {
  const args = [join(import.meta.dirname, 'raw.ts'), installation.operatorKubeconfig, NAMESPACE];
  const raw = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(raw.stdout, 'data');
  return raw;
}
