import { setTimeout as delay } from 'node:timers/promises';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { approvedStatus } from '../environment/approved-status.ts';
import type { OperatorProcess } from '../environment/operator-process.ts';
import { whoami } from '../environment/people.ts';
import { question } from './load.ts';
import type { Bench } from './operator.ts';
import { Pod } from './pod.ts';
import { median } from './report.ts';
import { usageOf } from './usage.ts';

const STARTS = 7;
/** The queue is empty for moments while rules are evaluated; after so many looks, half a second apart, all is done. */
const QUIET_LOOKS = 6;
/** After which what a start needed is given back, and a process that has nothing to do is at rest. */
const REST_MS = 20_000;

/** Checkpoints that are there when the operator starts. */
interface Amounts {
  readonly pending: number;
  readonly settled: number;
}

/**
 * How long a start takes and what memory it needs, and keeps: with nothing there, with what waits, and with old decisions
 * besides. The program is the image's, started as in a Pod; it decides and serves admission.
 */
export async function starts(bench: Bench, { pending, settled }: Amounts): Promise<void> {
  const pod = await Pod.prepare(bench);
  const start = (): Promise<OperatorProcess> => pod.start('controller');
  await startAndReport(start, 'nothing');
  await create(bench, pending, false);
  await lookAtAll(start, pending);
  const without = await startAndReport(start, `${pending} pending`);
  await create(bench, settled, true);
  const besides = await startAndReport(start, `${settled} settled besides`);
  console.log(`the settled ones make a start ${(besides / without).toFixed(2)} times as long`);
}

/** Until every checkpoint has been asked about once: what follows measures starts, not first looks. */
async function lookAtAll(start: () => Promise<OperatorProcess>, pending: number): Promise<void> {
  const begun = performance.now();
  const operator = await start();
  let memoryMb = 0;
  let quiet = 0;
  while (quiet < QUIET_LOOKS) {
    await delay(500);
    memoryMb = Math.max(memoryMb, (await usageOf(operator.pid)).memoryMb);
    quiet = (await operator.metrics())('workqueue_depth{name="decisions"}') === 0 ? quiet + 1 : 0;
  }
  const seconds = (performance.now() - begun) / 1000 - QUIET_LOOKS / 2;
  console.log(`first look at ${pending} pending: ${seconds.toFixed(0)} s, at most ${memoryMb.toFixed(0)} MB`);
  await operator.stop();
}

/** One start says little on a machine that does other things too. @returns seconds until it is ready */
async function startAndReport(start: () => Promise<OperatorProcess>, what: string): Promise<number> {
  const seconds: number[] = [];
  const megabytes: number[] = [];
  let atRest = 0;
  for (let i = 0; i < STARTS; i += 1) {
    const begun = performance.now();
    const operator = await start();
    seconds.push((performance.now() - begun) / 1000);
    megabytes.push((await usageOf(operator.pid)).memoryMb);
    if (i === STARTS - 1) {
      await delay(REST_MS);
      atRest = (await usageOf(operator.pid)).memoryMb;
    }
    await operator.stop();
  }
  const [time, memory] = [median(seconds), median(megabytes).toFixed(0)];
  console.log(
    `start with ${what}: ready in ${time.toFixed(2)} s, ${memory} MB (medians of ${STARTS}), ` +
      `at rest ${atRest.toFixed(0)} MB`,
  );
  return time;
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
