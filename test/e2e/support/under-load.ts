import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { CHECKPOINT_REVIEWS, CHECKPOINTS, type ResourceType } from '../../../crds/names.ts';
import type { Checkpoint, CheckpointReview } from '../../../crds/types.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { loadKubeClient } from '../../../operator/kube/config.ts';
import { agentIn, apply, approver, link } from '../../../tools/environment/people.ts';
import { type CreateFailure, Load, type LoadResult } from './load.ts';
import { report } from './report.ts';
import { Reviewer } from './reviewer.ts';
import { RULES } from './shapes.ts';
import { CHANNELS, MIA } from './slack.ts';
import { type Evidence, faultsOf, uidOf } from './verdict.ts';
import { Watcher } from './watcher.ts';
import type { World } from './world.ts';

const PER_SECOND = 20;
/** How long the load goes on before and after what is done to it; `make reliability` has more. */
const SECONDS = Number(process.env['LOAD_SECONDS'] || 4);
const DRAIN_MS = 180_000;

/** What a test's limit has to allow for. */
export const SCENARIO_MS = 2 * SECONDS * 1000 + DRAIN_MS + 300_000;

interface Scenario {
  /** What is done to it, in a few words. */
  readonly name: string;
  /** How a create may fail meanwhile; the agent asks again. */
  readonly mayFail?: readonly CreateFailure[];
}

let runs = 0;

/**
 * Does something while agents ask at twenty a second and people answer, waits until all is decided, and holds what came
 * of it against the promises: nothing lost, nothing decided or posted twice, no end that must not be, no create refused. How late deadlines were is reported, not judged: a machine may be busy.
 * @param meanwhile resolves when it is done; the load goes on for a while after it
 */
export async function underLoad(
  world: World,
  { name, mayFail = [] }: Scenario,
  meanwhile: () => Promise<void>,
): Promise<LoadResult> {
  runs += 1;
  const namespace = `load-${runs}`;
  const clients = await prepare(world, namespace);
  const busyBefore = loadavg()[0] ?? 0;
  const reviewer = new Reviewer(clients.mia, world.desk, (uid) => watcher.get(uid)?.decidedAt !== undefined);
  const watcher = new Watcher(world.admin, namespace, (checkpoint) => reviewer.see(checkpoint));
  await watcher.start();
  const result = await loadDuring(clients.agent, namespace, meanwhile);
  await decided(result, watcher);
  await reviewer.done();
  const evidence = await gather(world, { namespace, result, watcher });
  await watcher.stop();
  await Promise.all([clients.agent.close(), clients.mia.close()]);
  await report({ name, evidence, result, busy: [busyBefore, loadavg()[0] ?? 0] });
  expect(faultsOf(evidence)).toEqual({ lost: [], decidedTwice: [], wrong: [], askedTwice: [] });
  expect(result.messages.filter(({ kind }) => !mayFail.includes(kind))).toEqual([]);
  return result;
}

/** The load ends also where what is done meanwhile fails. */
async function loadDuring(
  client: KubeClient,
  namespace: string,
  meanwhile: () => Promise<void>,
): Promise<LoadResult> {
  const load = new Load(client, { namespace, prefix: 'q' });
  load.start(PER_SECOND);
  try {
    await delay(SECONDS * 1000);
    await meanwhile();
    await delay(SECONDS * 1000);
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load.stop();
}

/** A namespace with an agent, Mia who may decide, and rules in force. */
async function prepare({ node: { cluster } }: World, namespace: string) {
  const agent = await loadKubeClient({ kubeconfig: await agentIn(cluster, namespace) });
  await approver(cluster, namespace, 'mia');
  await link(cluster, MIA, 'mia');
  const mia = await loadKubeClient({ kubeconfig: await cluster.person('mia') });
  for (const [name, spec] of Object.entries(RULES)) {
    const metadata = { name, namespace };
    await apply(cluster, { apiVersion: 'approvalgate.dev/v1alpha1', kind: 'CheckpointRule', metadata, spec });
  }
  const wait = [
    'wait',
    '--for=condition=Ready',
    'checkpointrules',
    '--all',
    '-n',
    namespace,
    '--timeout=120s',
  ];
  await cluster.mustKubectl(wait);
  return { agent, mia };
}

/** Resolves when all are, or at the end of all patience: then what is not counts as lost. */
async function decided({ asked }: LoadResult, watcher: Watcher): Promise<void> {
  const open = (): boolean => asked.some((each) => watcher.get(uidOf(each))?.decidedAt === undefined);
  for (const end = Date.now() + DRAIN_MS; open() && Date.now() < end; ) await delay(250);
}

async function gather(
  { admin, audit, desk }: World,
  { namespace, result, watcher }: { namespace: string; result: LoadResult; watcher: Watcher },
): Promise<Evidence> {
  const stored = await all<Checkpoint>(admin, CHECKPOINTS, namespace);
  const posted = (await Promise.all(CHANNELS.map((channel) => desk.messages(channel)))).flat();
  const messages = new Map<string, number>();
  for (const { metadata } of posted) {
    const uid = String(metadata?.event_payload['uid']);
    messages.set(uid, (messages.get(uid) ?? 0) + 1);
  }
  return {
    asked: result.asked,
    stored: new Map(stored.map((each) => [each.metadata.uid ?? '', each])),
    reviews: await all<CheckpointReview>(admin, CHECKPOINT_REVIEWS, namespace),
    seen: (uid) => watcher.get(uid),
    decisionsTaken: await audit.decisionsTaken(),
    messages,
  };
}

async function all<T>(client: KubeClient, type: ResourceType, namespace: string): Promise<T[]> {
  const { items } = await client.list<T>(type, { namespace });
  return [...items];
}
