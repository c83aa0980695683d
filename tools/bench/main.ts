import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { loadKubeClient } from '../../operator/kube/config.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { type Installation, install, webhookCertificate } from '../cluster/install.ts';
import { freePort } from '../cluster/processes.ts';
import { approvedStatus } from '../stage/approved-status.ts';
import { OperatorProcess } from '../stage/operator-process.ts';
import { apply } from '../stage/people.ts';
import { admissionQuantiles } from './admission.ts';
import { type LoadResult, question, runLoad } from './load.ts';
import { median, report } from './report.ts';

const USAGE = `usage: make bench, or: node tools/bench/main.ts [flags]

  --count N     checkpoints for each concurrency and variant (default: 3000)
  --pending N   checkpoints that wait when the operator starts (default: 10000)
  --settled N   decided checkpoints that are there besides (default: 100000)
`;
const RULES = 20;
const STARTS = 7;
const ROUNDS = 6;
/** Decisions of a new process before those that are measured: an engine compiles what it runs often. */
const WARM_UP = 200;
const CONCURRENCIES = [1, 8, 32];
const NAMESPACE = 'bench';

interface Bench {
  readonly admin: KubeClient;
  readonly installation: Installation;
}

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
  const webhook = { port: await freePort(), ...(await webhookCertificate()) };
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
    const bench = { admin: loadKubeClient({ kubeconfig: cluster.kubeconfig }), installation };
    await throughput(bench);
    await admissionReport(cluster);
    await starts(bench);
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

/** How long a start takes and what memory it needs: with nothing, with what waits, and with old decisions besides. */
async function starts(bench: Bench): Promise<void> {
  await startAndReport(bench, 'what the runs above left');
  await create(bench, Number(values.pending), false);
  await startAndReport(bench, `${values.pending} pending besides`);
  await create(bench, Number(values.settled), true);
  await startAndReport(bench, `${values.settled} settled besides`);
}

/** One start says little on a machine that does other things too. */
async function startAndReport(bench: Bench, what: string): Promise<void> {
  const seconds: number[] = [];
  const megabytes: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const start = performance.now();
    const operator = await startOperator(bench);
    seconds.push((performance.now() - start) / 1000);
    megabytes.push((await usage(operator)).memoryMb);
    await operator.stop();
  }
  const [time, memory] = [median(seconds).toFixed(2), median(megabytes).toFixed(0)];
  console.log(`start with ${what}: ready in ${time} s, ${memory} MB (medians of ${STARTS})`);
}

/** In a namespace without rules, so that what waits goes on waiting. */
async function create(bench: Bench, count: number, settled: boolean): Promise<void> {
  const client = loadKubeClient({ kubeconfig: bench.installation.operatorKubeconfig });
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (left % 10_000 === 0) console.error(`creating: ${left} to go`);
      const created = await bench.admin.create<Checkpoint>(CHECKPOINTS, question('default', 12));
      if (settled) await client.patchStatus(CHECKPOINTS, created, approvedStatus(created));
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  await client.close();
}

function startOperator({ installation }: Bench): Promise<OperatorProcess> {
  const flags = ['--roles', 'controller', '--slack-transport', 'off'];
  return OperatorProcess.start({ kubeconfig: installation.operatorKubeconfig, flags });
}

async function startRawLoop({ installation }: Bench): Promise<ChildProcess> {
  const args = [join(import.meta.dirname, 'raw.ts'), installation.operatorKubeconfig, NAMESPACE];
  const raw = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(raw.stdout, 'data');
  return raw;
}

async function usage(operator: OperatorProcess): Promise<{ cpuSeconds: number; memoryMb: number }> {
  const { text = '' } = (await operator.get('/metrics')) ?? {};
  const metric = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    cpuSeconds: metric('process_cpu_seconds_total'),
    memoryMb: metric('process_resident_memory_bytes') / 1e6,
  };
}
