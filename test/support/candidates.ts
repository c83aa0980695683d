import { onTestFinished } from 'vitest';
import { CHECKPOINT_RULES, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint, CheckpointRule } from '../../crds/types.ts';
import { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { apply } from '../../tools/environment/people.ts';
import type { ApiServerEnvironment } from './api-server.ts';
import { eventually, PATIENCE_MS } from './eventually.ts';
import { FaultyProxy } from './faulty-proxy.ts';

const DECISION = 'approvalgate_decisions_total{outcome="Approved",reason="RuleApproved"}';

/** One of several operators, each with a way of its own to the API server: what it writes can be seen, and cut off. */
export interface Candidate {
  readonly operator: OperatorProcess;
  readonly proxy: FaultyProxy;
}

/** Starts an operator that stands for the lead until the test ends. */
export async function candidate(server: ApiServerEnvironment, ...more: string[]): Promise<Candidate> {
  const proxy = await FaultyProxy.start(server.operatorKubeconfig);
  const kubeconfig = await proxy.kubeconfig(server.operatorKubeconfig);
  const flags = ['--leader-elect', '--slack-transport', 'off', '--roles', 'controller', ...more];
  const operator = await OperatorProcess.start({ kubeconfig, flags });
  onTestFinished(async () => {
    operator.resume();
    // By force where it cannot reach the API server to end well.
    await (proxy.trouble === 'none' ? operator.stop() : operator.kill());
    proxy.stop();
  });
  return { operator, proxy };
}

export async function leads({ operator }: Candidate): Promise<boolean> {
  const metric = await operator.metrics();
  return metric('leader_election_master_status{name="approvalgate"}') === 1;
}

/** How many checkpoints this process has decided. */
export async function decisions({ operator }: Candidate): Promise<number> {
  const metric = await operator.metrics();
  return metric(DECISION) ?? 0;
}

/** Milliseconds until it leads. */
export async function untilLeads(candidate: Candidate, ms = PATIENCE_MS): Promise<number> {
  const start = performance.now();
  await eventually('it leads', async () => ((await leads(candidate)) ? true : undefined), ms);
  return performance.now() - start;
}

/** Two candidates, of which the first leads and has put a rule in force that approves small refunds. */
export async function pair(server: ApiServerEnvironment): Promise<{ leader: Candidate; standby: Candidate }> {
  const leader = await candidate(server);
  await untilLeads(leader);
  await rule(server);
  return { leader, standby: await candidate(server) };
}

async function rule({ plane, admin }: ApiServerEnvironment): Promise<void> {
  const ref = { namespace: 'default', name: 'small' };
  const spec = {
    actions: ['process_refund'],
    condition: 'amount > 0 && amount < 50',
    decision: 'AutoApprove',
  };
  await apply(plane, {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'CheckpointRule',
    metadata: ref,
    spec,
  });
  await eventually('the rule is in force', async () => {
    const found = await admin.get<CheckpointRule>(CHECKPOINT_RULES, ref);
    const isReady = found?.status?.conditions?.some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    );
    return isReady ? true : undefined;
  });
}

/** Asks again and again, as agents do, until it is told to stop; then gives all that was asked. */
export function asking(server: ApiServerEnvironment): () => Promise<Checkpoint[]> {
  const asked: Checkpoint[] = [];
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      asked.push(await server.asked({ context: { amount: 12 } }));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const ended = loop();
  return async () => {
    stopped = true;
    await ended;
    return asked;
  };
}

/** Resolves when the rule has approved each of them. */
export async function allDecided(
  { admin }: ApiServerEnvironment,
  asked: readonly Checkpoint[],
): Promise<void> {
  const open = new Set(asked.map(({ metadata: { name } }) => name));
  await eventually(
    'all are decided',
    async () => {
      for (const name of open) {
        const found = await admin.get<Checkpoint>(CHECKPOINTS, { namespace: 'default', name });
        const reason = found?.status?.decision?.reason;
        if (reason !== undefined && reason !== 'RuleApproved') throw new Error(`${name}: ${reason}`);
        if (reason === undefined) return undefined;
        open.delete(name);
      }
      return true;
    },
    2 * PATIENCE_MS,
  );
}
