import type { KubeClient } from '../../operator/kube/client.ts';
import type { Contender } from './contenders.ts';
import { runLoad } from './load.ts';
import { type Round, report } from './report.ts';
import { usageOf } from './usage.ts';

const ROUNDS = 5;
/** Decisions of a new process before those that are measured: an engine compiles what it runs often. */
const WARM_UP = 200;
const CONCURRENCIES = [1, 8, 32];

interface Load {
  readonly namespace: string;
  /** Checkpoints for each concurrency and contender. */
  readonly count: number;
}

/** The contenders take turns, each first in its turn, so that whatever else the machine does falls on all. */
export async function throughput(
  admin: KubeClient,
  contenders: readonly Contender[],
  { namespace, count }: Load,
): Promise<void> {
  for (const concurrency of CONCURRENCIES) {
    const rounds = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      const first = turn % contenders.length;
      for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
        const load = { namespace, count: Math.ceil(count / ROUNDS), concurrency };
        rounds.get(contender.name)?.push(await oneRound(admin, contender, load));
      }
    }
    report(concurrency, rounds);
  }
}

async function oneRound(
  admin: KubeClient,
  contender: Contender,
  load: Load & { concurrency: number },
): Promise<Round> {
  const running = await contender.start();
  try {
    await runLoad(admin, { ...load, count: WARM_UP });
    const before = await usageOf(running.pid);
    const result = await runLoad(admin, load);
    const after = await usageOf(running.pid);
    const cpuSeconds = ((after.cpuSeconds - before.cpuSeconds) / load.count) * 1000;
    return { ...result, cpuSeconds, memoryMb: after.memoryMb };
  } finally {
    await running.stop();
  }
}
