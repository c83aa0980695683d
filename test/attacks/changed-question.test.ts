import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { waiting } from '../support/attack.ts';
import { type TestNamespace, withEnvironment } from '../support/environment.ts';
import { Layers } from '../support/layers.ts';
import { RawApi } from '../support/raw-api.ts';

// Over HTTP no socket has to open, so that a process can be admission alone.
const environment = withEnvironment({ transport: 'http' });
let layers: Layers | undefined;
let attacker: RawApi | undefined;

/** Schema, policy and webhook let every change pass from here on: what is left is the operator. */
beforeAll(async () => {
  const ns = await environment().namespace();
  const probe = await ns.ask();
  layers = new Layers(environment().controlPlane, placeOf(probe));
  attacker = new RawApi(environment().controlPlane.kubeconfig);
  await layers.only();
});

afterAll(() => {
  layers?.close();
  attacker?.close();
});

const CHEAP = { amount: 12, to: 'acme' };

function placeOf({ metadata: { namespace, name } }: Checkpoint): string {
  return `namespaces/${namespace}/checkpoints/${name}`;
}

/** Renames every key, and back: what is asked for in the end has the keys that a rule knows. */
async function rewrite(asked: Checkpoint): Promise<void> {
  for (const context of [
    { amount: null, to: null, x: 1, y: 2 },
    { x: null, y: null, amount: 5000, to: 'evil' },
  ]) {
    const { status, body } = (await attacker?.change(placeOf(asked), 'merge', { spec: { context } })) ?? {};
    expect(status, body?.message).toBe(200);
  }
}

async function roomWithRules(): Promise<TestNamespace> {
  const ns = await environment().namespace();
  await ns.rule('small', {
    actions: ['refund'],
    condition: 'amount > 0 && amount < 50',
    decision: 'AutoApprove',
  });
  return ns;
}

describe('where no guard is left, the operator', () => {
  it('denies a question that was changed between ask and answer, and counts no approval of it', async () => {
    const ns = await roomWithRules();
    const asked = await ns.ask({ action: 'wire', context: CHEAP });
    await waiting(ns, asked);
    await environment().product.operator.stop();
    await environment().product.startOperator(['--roles', 'webhook']);
    await rewrite(asked);
    const mia = await environment().controlPlane.person('mia');
    expect((await ns.review(mia, asked, 'Approve')).stderr).toBe('');
    await environment().product.operator.stop();
    await environment().product.startOperator();
    const { status } = await ns.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'Denied',
      reason: 'Invalid',
      message: 'metadata.generation: is 3, so spec was changed after it was asked',
    });
  });

  it('denies one that was changed before it was looked at, though a rule would approve it now', async () => {
    const ns = await roomWithRules();
    await environment().product.operator.stop();
    await environment().product.startOperator(['--roles', 'webhook']);
    const asked = await ns.ask({ action: 'refund', context: { amount: 5000, to: 'evil' } });
    const cheaper = { spec: { context: CHEAP } };
    expect((await attacker?.change(placeOf(asked), 'merge', cheaper))?.status).toBe(200);
    await environment().product.operator.stop();
    await environment().product.startOperator();
    expect((await ns.decided(asked)).status?.decision?.reason).toBe('Invalid');
  });

  it('cannot take back a decision, which then shows by its observedGeneration that it was on another spec', async () => {
    const ns = await roomWithRules();
    const asked = await ns.ask({ action: 'refund', context: CHEAP });
    const decided = await ns.decided(asked);
    expect(decided.status?.decision?.reason).toBe('RuleApproved');
    await rewrite(asked);
    const now = await ns.read(asked);
    expect(now?.status?.decision).toEqual(decided.status?.decision);
    expect([now?.metadata.generation, now?.status?.observedGeneration]).toEqual([3, 1]);
  });
});
