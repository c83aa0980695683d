import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Checkpoint } from '../../crds/types.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { Agent } from '../environment/agent.ts';
import { TestEnvironment } from '../environment/environment.ts';
import type { OperatorProcess } from '../environment/operator-process.ts';
import { agentIn, apply } from '../environment/people.ts';

const USAGE = `usage: node tools/bench/quiet.ts [flags]

A quiet cluster, in which one agent asks now and then what one rule approves. Says how long decisions took, and fails
where anything but the rule decided.

  --minutes N  how long (default: 25)
  --every S    seconds between two questions (default: 2)
`;
const NAMESPACE = 'quiet';
/** Longer than the half minute after which people would be asked. */
const PATIENCE_MS = 60_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '25' },
    every: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else await main(Number(values.minutes) * 60_000, Number(values.every) * 1000);

async function main(forMs: number, everyMs: number): Promise<void> {
  const cluster = await startControlPlane();
  const environment = await TestEnvironment.start(cluster);
  try {
    const agent = new Agent(await agentIn(cluster, NAMESPACE), NAMESPACE);
    await apply(cluster, {
      apiVersion: 'approvalgate.dev/v1alpha1',
      kind: 'CheckpointRule',
      metadata: { name: 'small', namespace: NAMESPACE },
      spec: { actions: ['process_refund'], condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' },
    });
    await cluster.mustKubectl([
      ...['wait', '-n', NAMESPACE, '--for=condition=Ready', 'ckptr/small', '--timeout=30s'],
    ]);
    const decisions = await askRegularly(agent, forMs, everyMs);
    await report(decisions, environment.operator);
    await agent.close();
  } finally {
    await environment.stop();
    await cluster.stop();
  }
}

interface Outcome {
  readonly reason: string;
  readonly ms: number;
}

async function askRegularly(agent: Agent, forMs: number, everyMs: number): Promise<Outcome[]> {
  const outcomes: Promise<Outcome>[] = [];
  const start = performance.now();
  for (let next = start; next - start < forMs; next += everyMs) {
    await delay(Math.max(0, next - performance.now()));
    outcomes.push(askOnce(agent));
  }
  return Promise.all(outcomes);
}

async function askOnce(agent: Agent): Promise<Outcome> {
  const start = performance.now();
  const asked = await agent.ask({ action: 'process_refund', context: { amount: 12 } });
  const reason = await reasonOf(agent, asked);
  const ms = performance.now() - start;
  if (reason !== 'RuleApproved') console.log(`${new Date().toISOString()} ${asked.metadata.name}: ${reason}`);
  return { reason, ms };
}

async function reasonOf(agent: Agent, asked: Checkpoint): Promise<string> {
  try {
    const { status } = await agent.decision(asked, AbortSignal.timeout(PATIENCE_MS));
    return status?.decision?.reason ?? 'Undecided';
  } catch (error) {
    return `Undecided: ${String(error)}`;
  }
}

async function report(outcomes: readonly Outcome[], operator: OperatorProcess): Promise<void> {
  const counts = new Map<string, number>();
  for (const { reason } of outcomes) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const sorted = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (quantile: number): string =>
    (sorted[Math.floor(quantile * (sorted.length - 1))] ?? 0).toFixed(0);
  console.log([...counts].map(([reason, count]) => `${count} ${reason}`).join(', '));
  console.log(`from create to seen: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
  const metric = await operator.metrics();
  for (const result of ['equal', 'different', 'failed']) {
    console.log(`proofs ${result}: ${metric(`approvalgate_rule_proofs_total{result="${result}"}`) ?? 0}`);
  }
  if (counts.get('RuleApproved') !== outcomes.length) process.exitCode = 1;
}
