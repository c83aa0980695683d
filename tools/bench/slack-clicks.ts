import { setTimeout as delay } from 'node:timers/promises';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import type { KubeClient } from '../../operator/kube/client.ts';
import { kubeconfigClient } from '../../operator/kube/kubeconfig-files.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { TestEnvironment } from '../environment/environment.ts';
import { link } from '../environment/people.ts';
import type { Json } from '../slack-desk/desk.ts';
import type { RunningSlackDesk } from '../slack-desk/start.ts';
import { follow, question } from './load.ts';
import { usageOf } from './usage.ts';

const NAMESPACE = 'bench-clicks';
/** So that a round's questions are posted in seconds: a channel takes one a second. */
const CHANNELS = Array.from({ length: 25 }, (_, i) => ({
  id: `C0BENCH0${String(i).padStart(2, '0')}`,
  name: `bench-${i}`,
}));
const PEOPLE = Array.from({ length: 10 }, (_, i) => ({
  id: `U0BENCH0${String(i).padStart(2, '0')}`,
  name: `reviewer-${i}`,
}));
const REVIEWERS = 'bench-reviewers';
const ROLE = ['--clusterrole=approvalgate-approver-verbs', `--group=${REVIEWERS}`];
const APPROVE = 'approvalgate_approve';
const POSTED_MS = 120_000;
const DECIDED_MS = 60_000;

interface Clicks {
  readonly count: number;
  readonly rounds: number;
}

/** A click, from when it leaves Slack until its decision is seen in the status. */
interface Measured {
  readonly ms: number;
  /** Of that, Slack's answer on who clicked. */
  readonly slackMs: number;
}

/** Many click at the same time, each on a question of their own. */
export async function measureClicks(cluster: Cluster, { count, rounds }: Clicks): Promise<void> {
  const environment = await TestEnvironment.start(cluster, {
    transport: 'http',
    desk: { users: PEOPLE, channels: CHANNELS },
  });
  const admin = kubeconfigClient(cluster.kubeconfig);
  try {
    for (const { id, name } of PEOPLE) await link(cluster, id, name, [REVIEWERS]);
    await cluster.mustKubectl(['create', 'clusterrolebinding', REVIEWERS, ...ROLE]);
    for (const { id } of CHANNELS) await namespaceFor(cluster, id);
    await round(environment.desk, admin, count);
    const measured: Measured[] = [];
    const before = await usageOf(environment.operator.pid);
    for (let i = 0; i < rounds; i += 1) measured.push(...(await round(environment.desk, admin, count)));
    report(count, rounds, measured);
    const { cpuSeconds } = await usageOf(environment.operator.pid);
    const perClick = ((cpuSeconds - before.cpuSeconds) * 1000) / measured.length;
    console.log(
      `  the operator used ${perClick.toFixed(1)} ms of CPU for a question, its message and its click`,
    );
  } finally {
    await admin.close();
    await environment.stop();
  }
}

const namespaceOf = (channel: string): string => `${NAMESPACE}-${channel.slice(-2)}`;

/** A namespace whose questions go to the channel. */
async function namespaceFor(cluster: Cluster, channel: string): Promise<void> {
  const namespace = namespaceOf(channel);
  await cluster.mustKubectl(['create', 'namespace', namespace]);
  const annotation = `approvalgate.dev/slack-channel=${channel}`;
  await cluster.mustKubectl(['annotate', 'namespace', namespace, annotation]);
}

async function round(desk: RunningSlackDesk, client: KubeClient, count: number): Promise<Measured[]> {
  const asked = await Promise.all(
    Array.from({ length: count }, (_, i) => ask(client, CHANNELS[i % CHANNELS.length]?.id ?? '')),
  );
  const clicks = await Promise.all(
    asked.map((each, i) => clickOn(desk, client, each, PEOPLE[i % PEOPLE.length]?.id ?? '')),
  );
  const { decided } = await watchDecisions(client, asked);
  const begun = clicks.map(({ payload }) => {
    const at = performance.now();
    void desk.send(payload);
    return at;
  });
  const decidedAt = await decided.catch((error: unknown) => {
    throw new Error(`${String(error)}; people were answered: ${answers(desk)}`);
  });
  const slackMs = slackTimes(desk, count);
  return asked.map(({ metadata }, i) => ({
    ms: (decidedAt.get(metadata.uid ?? '') ?? Number.NaN) - (begun[i] ?? 0),
    slackMs: slackMs.get(clicks[i]?.user ?? '') ?? 0,
  }));
}

function ask(client: KubeClient, channel: string): Promise<Checkpoint> {
  return client.create<Checkpoint>(CHECKPOINTS, question(namespaceOf(channel), 5000));
}

async function clickOn(
  desk: RunningSlackDesk,
  client: KubeClient,
  { metadata }: Checkpoint,
  user: string,
): Promise<{ readonly user: string; readonly payload: Json }> {
  const place = { namespace: metadata.namespace ?? '', name: metadata.name };
  for (const end = Date.now() + POSTED_MS; Date.now() < end; await delay(500)) {
    const [posted] = (await client.get<Checkpoint>(CHECKPOINTS, place))?.status?.notifications ?? [];
    if (posted?.state === 'Sent' && posted.messageID) {
      return {
        user,
        payload: await desk.person(user).clickPayload(posted.messageID, APPROVE, posted.channel),
      };
    }
  }
  throw new Error(`${metadata.name} was not posted within ${POSTED_MS / 1000} s`);
}

/** Resolves once the watch begins; `decided` when all are decided, with the time of each by uid. */
async function watchDecisions(
  client: KubeClient,
  asked: readonly Checkpoint[],
): Promise<{ readonly decided: Promise<ReadonlyMap<string, number>> }> {
  const wanted = new Set(asked.map(({ metadata }) => metadata.uid ?? ''));
  const decidedAt = new Map<string, number>();
  const stop = new AbortController();
  const all = Promise.withResolvers<void>();
  const seen = ({ metadata, status }: Checkpoint): void => {
    const uid = metadata.uid ?? '';
    if (status?.decision === undefined || !wanted.delete(uid)) return;
    decidedAt.set(uid, performance.now());
    if (wanted.size === 0) all.resolve();
  };
  const { resourceVersion } = await client.list(CHECKPOINTS, { limit: 1 });
  void follow(client, { resourceVersion }, stop.signal, seen);
  const timer = setTimeout(
    () => all.reject(new Error(`${wanted.size} clicks led to no decision`)),
    DECIDED_MS,
  );
  const ended = (): void => {
    clearTimeout(timer);
    stop.abort();
  };
  return { decided: all.promise.finally(ended).then(() => decidedAt) };
}

/** What people were told, and how often. */
function answers(desk: RunningSlackDesk): string {
  const counts = new Map<string, number>();
  for (const { id } of PEOPLE) {
    for (const { text } of desk.ephemerals(id)) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return JSON.stringify([...counts]);
}

/** How long Slack's double took to say who each is, in milliseconds by user. */
function slackTimes(desk: RunningSlackDesk, count: number): ReadonlyMap<string, number> {
  const asked = desk.callsOf('users.info').slice(-Math.min(count, PEOPLE.length));
  return new Map(asked.map(({ args, tookMs = 0 }) => [String(args['user']), tookMs]));
}

function report(count: number, rounds: number, measured: readonly Measured[]): void {
  const at = (times: readonly number[], quantile: number): string =>
    ([...times].sort((a, b) => a - b)[Math.floor(quantile * (times.length - 1))] ?? Number.NaN).toFixed(0);
  const whole = measured.map(({ ms }) => ms);
  const own = measured.map(({ ms, slackMs }) => ms - slackMs);
  console.log(`\n${count} clicks in flight, ${rounds} rounds, from the click to the decision in status:`);
  console.log(`  without Slack's own time: p50 ${at(own, 0.5)} ms, p99 ${at(own, 0.99)} ms`);
  console.log(`  with it: p50 ${at(whole, 0.5)} ms, p99 ${at(whole, 0.99)} ms`);
}
