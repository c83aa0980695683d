import { setTimeout as delay } from 'node:timers/promises';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { approvedStatus } from '../environment/approved-status.ts';
import { whoami } from '../environment/people.ts';
import { question } from './load.ts';
import { type Bench, startOperator } from './operator.ts';
import { median } from './report.ts';
import { usageOf } from './usage.ts';

const STARTS = 7;
/** The queue is empty for moments while rules are evaluated; after so many looks, half a second apart, all is done. */
const QUIET_LOOKS = 6;

/** Checkpoints that are there when the operator starts. */
interface Amounts {
  readonly pending: number;
  readonly settled: number;
}

/** How long a start takes and what memory it needs: with nothing, with what waits, and with old decisions besides. */
export async function starts(bench: Bench, { pending, settled }: Amounts): Promise<void> {
  await startAndReport(bench, 'what the runs above left');
  await create(bench, pending, false);
  await lookAtAll(bench, pending);
  await startAndReport(bench, `${pending} pending besides`);
  await create(bench, settled, true);
  await startAndReport(bench, `${settled} settled besides`);
}

/** Until every checkpoint has been asked about once: what follows measures starts, not first looks. */
async function lookAtAll(bench: Bench, pending: number): Promise<void> {
  const start = performance.now();
  const operator = await startOperator(bench);
  let memoryMb = 0;
  let quiet = 0;
  while (quiet < QUIET_LOOKS) {
    await delay(500);
    memoryMb = Math.max(memoryMb, (await usageOf(operator.pid)).memoryMb);
    quiet = (await operator.metrics())('workqueue_depth{name="decisions"}') === 0 ? quiet + 1 : 0;
  }
  const seconds = (performance.now() - start) / 1000 - QUIET_LOOKS / 2;
  console.log(`first look at ${pending} pending: ${seconds.toFixed(0)} s, at most ${memoryMb.toFixed(0)} MB`);
  await operator.stop();
}

/** One start says little on a machine that does other things too. */
async function startAndReport(bench: Bench, what: string): Promise<void> {
  const seconds: number[] = [];
  const megabytes: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const start = performance.now();
    const operator = await startOperator(bench);
    seconds.push((performance.now() - start) / 1000);
    megabytes.push((await usageOf(operator.pid)).memoryMb);
    await operator.stop();
  }
  const [time, memory] = [median(seconds).toFixed(2), median(megabytes).toFixed(0)];
  console.log(`start with ${what}: ready in ${time} s, ${memory} MB (medians of ${STARTS})`);
}

/** In a namespace without rules, so that what waits goes on waiting; stamped here, which is quicker than by the webhook. */
async function create(bench: Bench, count: number, settled: boolean): Promise<void> {
  const client = kubeconfigClient(bench.installation.operatorKubeconfig);
  const requester = await whoami(bench.cluster);
  const asked = question('default', 12);
  const stamped = { ...asked, spec: { ...asked.spec, requester } };
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (left % 10_000 === 0) console.error(`creating: ${left} to go`);
      const created = await bench.admin.create<Checkpoint>(CHECKPOINTS, stamped);
      if (settled) await client.patchStatus(CHECKPOINTS, created, approvedStatus(created));
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  await client.close();
}
