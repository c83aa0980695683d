import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { withApiServer } from '../support/api-server.ts';
import { eventually } from '../support/eventually.ts';

const CRDS = join(import.meta.dirname, '..', '..', 'crds');
const SMALL = { action: 'process_refund', context: { amount: 12 } };
const LARGE = { action: 'process_refund', context: { amount: 90 } };
/** What is compared every minute, and a busy machine. */
const COMPARED_MS = 180_000;

const apiServer = withApiServer();
let operator: OperatorProcess;

beforeEach(async () => {
  const flags = ['--slack-transport', 'off', '--roles', 'controller'];
  operator = await OperatorProcess.start({ kubeconfig: apiServer().operatorKubeconfig, flags });
});
afterEach(() => operator.stop());

async function rule(name: string, spec: object): Promise<void> {
  const metadata = { namespace: 'default', name };
  const object = { apiVersion: 'approvalgate.dev/v1alpha1', kind: 'CheckpointRule', metadata, spec };
  // A kind that was just installed takes a moment until it is served.
  await eventually('the rule is stored', async () => {
    const { code, stderr } = await apiServer().create(object);
    return code === 0 || stderr.includes('exists') ? true : undefined;
  });
}

function smallRefunds(): Promise<void> {
  const condition = 'amount > 0 && amount < 50';
  return rule('small', { actions: ['process_refund'], condition, decision: 'AutoApprove' });
}

function find({ metadata: { name } }: Checkpoint): Promise<Checkpoint | undefined> {
  return apiServer().admin.get<Checkpoint>(CHECKPOINTS, { namespace: 'default', name });
}

function decided(asked: Checkpoint, ms?: number): Promise<string> {
  return eventually('a decision', async () => (await find(asked))?.status?.decision?.reason, ms);
}

function pending(count: number): Promise<true> {
  return eventually(
    `the operator knows of ${count} that wait`,
    async () => {
      const metric = await operator.metrics();
      return metric('approvalgate_checkpoints_pending') === count ? true : undefined;
    },
    COMPARED_MS,
  );
}

function ready(): Promise<true> {
  return eventually('it is ready', async () =>
    (await operator.get('/readyz'))?.status === 200 ? true : undefined,
  );
}

it('a store that is restored from an older backup is seen as it is now, and what is asked then is decided', async () => {
  await smallRefunds();
  expect(await decided(await apiServer().asked(SMALL))).toBe('RuleApproved');
  const restore = await apiServer().plane.backUp();
  await ready();
  await rule('later', { actions: ['wire_transfer'], decision: 'AutoDeny' });
  const waits = await apiServer().asked(LARGE);
  for (let i = 0; i < 40; i += 1) await apiServer().asked(SMALL);
  expect(await decided(await apiServer().asked({ action: 'wire_transfer' }))).toBe('RuleDenied');
  await pending(1);
  await restore();
  expect(await find(waits)).toBeUndefined();
  const start = performance.now();
  expect(await decided(await apiServer().asked(SMALL))).toBe('RuleApproved');
  console.log(`after the restore: decided in ${(performance.now() - start).toFixed(0)} ms`);
  const transfer = await apiServer().asked({ action: 'wire_transfer' });
  await eventually('a person is asked', async () => (await find(transfer))?.status?.requirements);
  expect((await find(transfer))?.status?.decision).toBeUndefined();
  await pending(1);
  const metric = await operator.metrics();
  const rewound = metric('approvalgate_reflector_relists_total{resource="checkpoints",reason="rewound"}');
  expect(rewound).toBeGreaterThanOrEqual(1);
  await ready();
}, 600_000);

it('CRDs that are deleted and come back are followed again', async () => {
  await smallRefunds();
  expect(await decided(await apiServer().asked(SMALL))).toBe('RuleApproved');
  const { plane } = apiServer();
  const files = readdirSync(CRDS).filter((name) => name.endsWith('.yaml'));
  const each = files.flatMap((name) => ['-f', join(CRDS, name)]);
  await plane.mustKubectl(['delete', ...each]);
  await eventually('it says why it is not ready', async () => {
    const { status, text } = (await operator.get('/readyz')) ?? { status: 0, text: '' };
    return status === 503 && text.includes('are the CRDs installed?') ? true : undefined;
  });
  await plane.mustKubectl(['create', ...each]);
  await plane.mustKubectl(['wait', '--for=condition=Established', ...each]);
  const start = performance.now();
  await smallRefunds();
  const asked = await eventually('it can be asked', () =>
    apiServer()
      .asked(SMALL)
      .catch(() => undefined),
  );
  expect(await decided(asked)).toBe('RuleApproved');
  console.log(`after the CRDs were back: decided ${(performance.now() - start).toFixed(0)} ms later`);
  expect((await find(asked))?.status?.requirements).toBeUndefined();
  await ready();
}, 600_000);
