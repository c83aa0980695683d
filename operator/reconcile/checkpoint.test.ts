import { describe, expect, it } from 'vitest';
import { ModelServer } from '../../test/model/server.ts';
import { settle } from '../../test/support/eventually.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import { WorkQueue } from '../kube/queue.ts';
import { createLogger } from '../log.ts';
import { slackIsOff } from '../slack/posting/notifier.ts';
import { CheckpointReconciler } from './checkpoint.ts';
import { namespaceFacts } from './namespace-facts.ts';
import type { CheckpointKey, Ports } from './ports.ts';

const KEY: CheckpointKey = 'shop/campaign';
const log = createLogger('silent');

/** An operator whose watches are dead: its cache shows for ever what there was when this was called. */
function deafOperator(server: ModelServer) {
  const cached = server.object;
  const calls = { writes: 0, reads: 0 };
  const ports: Ports = {
    getCached: () => cached,
    read: async () => {
      calls.reads += 1;
      return server.object;
    },
    knownReviews: async () => [],
    listReviews: async () => ({ reviews: [], listedAt: new Date(server.now) }),
    mayReview: async () => true,
    namespace: async () => namespaceFacts(undefined, [slackIsOff()]),
    rules: () => Promise.resolve({ ruleResults: [], freshness: { state: 'Fresh' } }),
    proveRules: () => undefined,
    patchStatus: async (before, status) => {
      calls.writes += 1;
      return server.patchStatus(before, status);
    },
    onStatusWritten: () => undefined,
    release: () => undefined,
    providers: [slackIsOff()],
    log,
    now: () => new Date(server.now),
  };
  const reconciler = new CheckpointReconciler(ports, () => undefined);
  const timers = new ManualTimers();
  const run = (key: CheckpointKey, conflicts: number) => reconciler.decide(key, conflicts);
  const queue = new WorkQueue<CheckpointKey>({ name: 'deaf', workers: 1, log, timers });
  queue.start(run);
  return {
    calls,
    queue,
    reconciler,
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 50) {
        server.now += 50;
        timers.advance(50);
        await settle();
      }
    },
  };
}

describe('an operator whose watch is dead', () => {
  it('reads live after three conflicts, works on with that, and still decides at the deadline', async () => {
    const server = new ModelServer();
    server.create();
    const operator = deafOperator(server);
    const { object } = server;
    if (object === undefined) throw new Error('there is no checkpoint');
    server.patchStatus(object, { observedGeneration: 1 });
    operator.queue.add(KEY);
    await operator.pass(3_000);
    expect(operator.calls).toEqual({ writes: 4, reads: 1 });
    expect(server.object?.status?.requirements).toHaveLength(1);
    await operator.pass(75_000);
    expect(server.object?.status?.decision?.outcome).toBe('TimedOut');
    expect(operator.calls.reads).toBe(1);
  });

  it('does nothing to an object that only bears the name', async () => {
    const server = new ModelServer();
    server.create();
    const operator = deafOperator(server);
    server.delete();
    server.create();
    operator.queue.add(KEY);
    await operator.pass(3_000);
    expect(operator.calls).toEqual({ writes: 3, reads: 1 });
    expect(server.object?.status).toBeUndefined();
  });
});

it('what a process wrote is not held beside what the watch shows, which may be newer', async () => {
  const server = new ModelServer();
  server.create();
  const operator = deafOperator(server);
  await operator.reconciler.decide(KEY);
  const { object } = server;
  if (object === undefined) throw new Error('there is no checkpoint');
  const message = {
    provider: 'Slack',
    channel: 'C0TEAM',
    messageID: '1.2',
    state: 'Sent',
    attempts: 1,
  } as const;
  const shown = server.patchStatus(object, { ...object.status, notifications: [message] });
  operator.reconciler.seen(shown);
  const { reads } = operator.calls;
  // Whether it was withdrawn is asked of what has a message, as only the newer state has.
  await operator.reconciler.gone(shown);
  expect(operator.calls.reads).toBe(reads + 1);
});
