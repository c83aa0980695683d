import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { CHANNEL } from '../../tools/environment/environment.ts';
import type { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { waiting } from '../support/attack.ts';
import { type Room, withFlow } from '../support/environment.ts';

const HOUR_MS = 3_600_000;
const SHIFT = join(import.meta.dirname, '..', 'support', 'shift-clock.ts');

const flow = withFlow({ channel: CHANNEL });

describe('a second operator', () => {
  it('gives nobody a second decision and posts nothing twice', async () => {
    const second = await flow().stage.anotherOperator();
    onTestFinished(() => second.stop());
    const room = await flow().room();
    await room.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const many = (amount: number, marker: string) =>
      Promise.all(
        Array.from({ length: 15 }, (_, i) => room.ask({ context: { amount, marker: `${marker}-${i}.` } })),
      );
    const [small, large] = [await many(10, 'small'), await many(90, 'large')];
    const mia = await flow().controlPlane.person('mia');
    for (const asked of large) {
      await room.posted(asked);
      expect((await room.review(mia, asked, 'Approve')).stderr).toBe('');
    }
    expect(await reasons(room, small)).toEqual(small.map(() => 'RuleApproved'));
    expect(await reasons(room, large)).toEqual(large.map(() => 'PersonApproved'));
    const messages = JSON.stringify(await flow().stage.desk.messages(CHANNEL));
    const markers = [...messages.matchAll(/(small|large)-\d+\./g)].map(([marker]) => marker);
    expect(new Set(markers)).toEqual(new Set(large.map((_, i) => `large-${i}.`)));
    expect(await flow().stage.desk.messages(CHANNEL)).toHaveLength(large.length);
    expect([second.exited, flow().stage.operator.exited]).toEqual([false, false]);
  });
});

describe.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])('an operator whose clock is an hour %s', (_, ms) => {
  it('decides by the time of the API server', async () => {
    const { stage } = flow();
    await stage.operator.stop();
    const shifted = await stage.startOperator([], {
      NODE_OPTIONS: `--import=${SHIFT}`,
      SHIFT_CLOCK_MS: String(ms),
    });
    const room = await flow().room();
    await room.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const approved = await room.decided(await room.ask({ context: { amount: 1 }, timeoutSeconds: 600 }));
    expect(approved.status?.decision?.reason).toBe('RuleApproved');
    const asked = await room.ask({ context: { amount: 99 }, timeoutSeconds: 20 });
    await waiting(room, asked);
    const patient = await room.ask({ context: { amount: 99 }, timeoutSeconds: 600 });
    const { status, metadata } = await room.decided(asked);
    expect(status?.decision?.reason).toBe('Unanswered');
    const deadline = Date.parse(metadata.creationTimestamp ?? '') + 20_000;
    const late = Date.parse(status?.decision?.decisionTime ?? '') - deadline;
    expect(late).toBeGreaterThanOrEqual(2_000);
    expect(late).toBeLessThan(HOUR_MS / 2);
    const mia = await flow().controlPlane.person('mia');
    expect((await room.review(mia, patient, 'Approve')).stderr).toBe('');
    expect((await room.decided(patient)).status?.decision?.reason).toBe('PersonApproved');
    expect(await offsetOf(shifted)).toBeCloseTo(-ms / 1000, -1);
    expect((await shifted.get('/readyz'))?.text).toContain('clock');
  });
});

function reasons(room: Room, asked: readonly Checkpoint[]): Promise<(string | undefined)[]> {
  return Promise.all(
    asked.map(async (each) => {
      const found = (await room.read(each))?.status?.decision;
      return (found ?? (await room.decided(each)).status?.decision)?.reason;
    }),
  );
}

async function offsetOf(operator: OperatorProcess): Promise<number | undefined> {
  return (await operator.metrics())('approvalgate_clock_offset_seconds');
}
