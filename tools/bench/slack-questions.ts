import { setTimeout as delay } from 'node:timers/promises';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import { deadlineOf } from '../../operator/model/time.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { CHANNEL, TestEnvironment } from '../environment/environment.ts';
import type { RecordedCall } from '../slack-desk/desk.ts';
import { follow, question } from './load.ts';

const NAMESPACE = 'bench-slack';
/** How many agents ask at the same time. */
const AGENTS = 8;
/** Longer than the messages take where nothing is lost. */
const SPARE_MS = 60_000;

interface Questions {
  readonly count: number;
  readonly minutes: number;
}

/** All ask in one channel at once; says how many arrived, when, in which order, and what Slack refused. */
export async function measureQuestions(cluster: Cluster, { count, minutes }: Questions): Promise<void> {
  const environment = await TestEnvironment.start(cluster, {
    transport: 'http',
    channel: CHANNEL,
    desk: { rates: true },
  });
  const admin = kubeconfigClient(cluster.kubeconfig);
  const stop = new AbortController();
  try {
    await cluster.mustKubectl(['create', 'namespace', NAMESPACE]);
    const busyAt = await watchBusy(admin, stop.signal);
    const start = Date.now();
    const asked = await ask(admin, { count, minutes });
    const created = (Date.now() - start) / 1000;
    const until = Math.min(minutes * 60_000, count * 1000 + SPARE_MS);
    while (Date.now() - start < until && posts(environment.desk.calls).length < count) await delay(500);
    const said = secondsLeft(busyAt, asked);
    console.log(
      `\n${count} questions of ${minutes} minutes in one channel, created in ${created.toFixed(1)} s:`,
    );
    reportArrivals(asked, posts(environment.desk.calls), start);
    if (said.length > 0)
      console.log(`  ${said.length} said SlackBusy; the least time left to answer then: ${least(said)} s`);
    reportCalls(environment.desk.calls);
  } finally {
    stop.abort();
    await admin.close();
    await environment.stop();
  }
}

async function ask(
  client: KubeClient,
  { count, minutes }: Questions,
): Promise<ReadonlyMap<string, Checkpoint>> {
  const asked = new Map<string, Checkpoint>();
  let left = count;
  const agent = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const plain = question(NAMESPACE, 5000);
      const body = { ...plain, spec: { ...plain.spec, timeoutSeconds: minutes * 60 } };
      const checkpoint = await client.create<Checkpoint>(CHECKPOINTS, body);
      asked.set(checkpoint.metadata.uid ?? '', checkpoint);
    }
  };
  await Promise.all(Array.from({ length: AGENTS }, agent));
  return asked;
}

/** Of questions; a digest bears no uid. */
const posts = (calls: readonly RecordedCall[]): RecordedCall[] =>
  calls.filter(
    ({ method, outcome, args }) =>
      method === 'chat.postMessage' && outcome === 'ok' && JSON.stringify(args).includes('"uid"'),
  );

function reportArrivals(
  asked: ReadonlyMap<string, Checkpoint>,
  posted: readonly RecordedCall[],
  start: number,
): void {
  const arrived = posted.map(({ args, at }) => {
    const { uid } = (args as { metadata: { event_payload: { uid: string } } }).metadata.event_payload;
    return { at: at.getTime(), deadline: deadlineMs(asked.get(uid)) };
  });
  const inTime = arrived.filter(({ at, deadline }) => at < deadline);
  const overtaken = arrived.filter(({ deadline }, i) => deadline < (arrived[i - 1]?.deadline ?? 0)).length;
  const seconds = inTime.map(({ at }) => (at - start) / 1000);
  const longest = Math.max(...seconds).toFixed(1);
  console.log(`  ${inTime.length} arrived before their deadline, the last after ${longest} s`);
  console.log(`  ${overtaken} arrived behind one whose deadline is later`);
}

/** NaN where it is not known. */
function deadlineMs(checkpoint: Checkpoint | undefined): number {
  return checkpoint === undefined ? Number.NaN : deadlineOf(checkpoint).getTime();
}

/** Notes when each first said that it cannot arrive. */
async function watchBusy(client: KubeClient, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const busyAt = new Map<string, number>();
  const { resourceVersion } = await client.list(CHECKPOINTS, { namespace: NAMESPACE, limit: 1 });
  void follow(client, { namespace: NAMESPACE, resourceVersion }, signal, ({ metadata, status }) => {
    const uid = metadata.uid ?? '';
    const isBusy = status?.conditions?.some(({ reason }) => reason === 'SlackBusy');
    if (isBusy && !busyAt.has(uid)) busyAt.set(uid, Date.now());
  });
  return busyAt;
}

/** How many seconds those who could not arrive left to answer by kubectl. */
function secondsLeft(busyAt: ReadonlyMap<string, number>, asked: ReadonlyMap<string, Checkpoint>): number[] {
  return [...busyAt].map(([uid, at]) => (deadlineMs(asked.get(uid)) - at) / 1000);
}

const least = (seconds: readonly number[]): string => Math.min(...seconds).toFixed(0);

function reportCalls(calls: readonly RecordedCall[]): void {
  const counts = new Map<string, { all: number; refused: number }>();
  for (const { method, outcome } of calls) {
    const known = counts.get(method) ?? { all: 0, refused: 0 };
    counts.set(method, { all: known.all + 1, refused: known.refused + (outcome === 'ok' ? 0 : 1) });
  }
  const lines = [...counts].map(([method, { all, refused }]) => `${method} ${all} (${refused} refused)`);
  console.log(`  calls: ${lines.join(', ')}`);
}
