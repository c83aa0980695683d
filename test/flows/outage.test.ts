import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_RULES, CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { withApiServer } from '../support/api-server.ts';
import { eventually } from '../support/eventually.ts';
import { FaultyProxy, type Trouble } from '../support/faulty-proxy.ts';

const apiServer = withApiServer();
let proxy: FaultyProxy;
let operator: OperatorProcess | undefined;
let logFile: string;

beforeAll(async () => {
  proxy = await FaultyProxy.start(apiServer().operatorKubeconfig);
  const kubeconfig = await proxy.kubeconfig(apiServer().operatorKubeconfig);
  logFile = join(apiServer().plane.folder, 'operator.log');
  const flags = ['--slack-transport', 'off', '--roles', 'controller'];
  operator = await OperatorProcess.start({ kubeconfig, flags, logFile });
  await apiServer().admin.create(CHECKPOINT_RULES, {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'CheckpointRule',
    metadata: { namespace: 'default', name: 'small' },
    spec: {
      actions: ['process_refund'],
      condition: 'amount > 0 && amount < 50',
      decision: 'AutoApprove',
    },
  } as never);
});
afterAll(async () => {
  await operator?.stop();
  proxy.stop();
});

function ask(): Promise<Checkpoint> {
  return apiServer().asked({ context: { amount: 12 } });
}

/** Resolves with the milliseconds that the rule's approval took. */
async function approved({ metadata: { name } }: Checkpoint, limitMs: number): Promise<number> {
  const start = performance.now();
  const look = async () => {
    const found = await apiServer().admin.get<Checkpoint>(CHECKPOINTS, { namespace: 'default', name });
    expect(found?.status?.requirements, 'nobody is asked for what a rule decides').toBeUndefined();
    return found?.status?.decision?.reason;
  };
  expect(await eventually('a decision', look, limitMs)).toBe('RuleApproved');
  return performance.now() - start;
}

function readiness(status: number): Promise<string> {
  return eventually(`/readyz is ${status}`, async () => {
    const answer = await operator?.get('/readyz');
    return answer?.status === status ? answer.text : undefined;
  });
}

function passed(ms: number): Promise<true> {
  const start = performance.now();
  return eventually(
    `${ms} ms have passed`,
    () => (performance.now() - start > ms ? true : undefined),
    ms + 5_000,
  );
}

/** Wanted are three seconds, which are printed; before this has passed, people would be asked. */
const BACK_MS = 30_000;

it('while all is well a rule decides, and the operator is ready', async () => {
  await approved(await ask(), BACK_MS);
  expect(await readiness(200)).toBe('ok\n');
});

/** Longer than the half minute after which people would be asked. OUTAGE_SECONDS makes all of them as long. */
const LONG_MS = 35_000;
const SHORT_MS = Number(process.env['OUTAGE_SECONDS'] ?? 6) * 1000;

describe.each<[Trouble, string, number]>([
  ['reset', 'does not answer', SHORT_MS],
  ['hang', 'does not answer', LONG_MS],
  ['page', 'is no JSON', SHORT_MS],
  [500, 'the API server fails (500)', SHORT_MS],
  [429, 'the API server fails (429)', SHORT_MS],
  [401, 'credentials (401)', SHORT_MS],
  [403, 'may not list them (403)', SHORT_MS],
])('an API server that answers everything with %s for a while', (trouble, words, ms) => {
  it('leaves the operator not ready, and what was asked meanwhile is decided by the rule soon after', async () => {
    proxy.begin(trouble);
    const early = await ask();
    expect(await readiness(503)).toContain(words);
    expect((await operator?.get('/healthz'))?.status).toBe(200);
    // Readiness says so of the first kind that is found out; the rules may be another, a moment later.
    await eventually('the rules are not seen', async () => {
      const metric = await operator?.metrics();
      return metric?.('approvalgate_blind{resource="checkpointrules"}') === 1 ? true : undefined;
    });
    await passed(ms);
    const late = await ask();
    proxy.end();
    const took = await Promise.all([early, late].map((asked) => approved(asked, BACK_MS)));
    const news = await approved(await ask(), BACK_MS);
    console.log(
      `after ${trouble}: decided ${took.map((each) => each.toFixed(0)).join(' and ')} ms after it, then ${news.toFixed(0)} ms`,
    );
    await readiness(200);
    const text = await readFile(logFile, 'utf8');
    const lines = text.split('\n').filter((line) => /the operator is blind|sees again/.test(line));
    expect(lines.slice(-2).map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 50, msg: 'the operator is blind' }),
      expect.objectContaining({ level: 50, msg: 'the operator sees again' }),
    ]);
  }, 120_000);
});
