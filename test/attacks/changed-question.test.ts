import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { waiting } from '../support/attack.ts';
import { type Room, withFlow } from '../support/environment.ts';
import { Layers } from '../support/layers.ts';
import { RawApi } from '../support/raw-api.ts';

// Over HTTP no socket has to open, so that a process can be admission alone.
const flow = withFlow({ transport: 'http' });
let layers: Layers | undefined;
let attacker: RawApi | undefined;

/** Schema, policy and webhook let every change pass from here on: what is left is the operator. */
beforeAll(async () => {
  const room = await flow().room();
  const probe = await room.ask();
  layers = new Layers(flow().controlPlane, placeOf(probe));
  attacker = new RawApi(flow().controlPlane.kubeconfig);
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

async function roomWithRules(): Promise<Room> {
  const room = await flow().room();
  await room.rule('small', {
    actions: ['refund'],
    condition: 'amount > 0 && amount < 50',
    decision: 'AutoApprove',
  });
  return room;
}

describe('where no guard is left, the operator', () => {
  it('denies a question that was changed between ask and answer, and counts no approval of it', async () => {
    const room = await roomWithRules();
    const asked = await room.ask({ action: 'wire', context: CHEAP });
    await waiting(room, asked);
    await flow().stage.operator.stop();
    await flow().stage.startOperator(['--roles', 'webhook']);
    await rewrite(asked);
    const mia = await flow().controlPlane.person('mia');
    expect((await room.review(mia, asked, 'Approve')).stderr).toBe('');
    await flow().stage.operator.stop();
    await flow().stage.startOperator();
    const { status } = await room.decided(asked);
    expect(status?.decision).toMatchObject({
      outcome: 'Denied',
      reason: 'Invalid',
      message: 'metadata.generation: is 3, so spec was changed after it was asked',
    });
  });

  it('denies one that was changed before it was looked at, though a rule would approve it now', async () => {
    const room = await roomWithRules();
    await flow().stage.operator.stop();
    await flow().stage.startOperator(['--roles', 'webhook']);
    const asked = await room.ask({ action: 'refund', context: { amount: 5000, to: 'evil' } });
    const cheaper = { spec: { context: CHEAP } };
    expect((await attacker?.change(placeOf(asked), 'merge', cheaper))?.status).toBe(200);
    await flow().stage.operator.stop();
    await flow().stage.startOperator();
    expect((await room.decided(asked)).status?.decision?.reason).toBe('Invalid');
  });

  it('cannot take back a decision, which then shows by its observedGeneration that it was on another spec', async () => {
    const room = await roomWithRules();
    const asked = await room.ask({ action: 'refund', context: CHEAP });
    const decided = await room.decided(asked);
    expect(decided.status?.decision?.reason).toBe('RuleApproved');
    await rewrite(asked);
    const now = await room.read(asked);
    expect(now?.status?.decision).toEqual(decided.status?.decision);
    expect([now?.metadata.generation, now?.status?.observedGeneration]).toEqual([3, 1]);
  });
});
