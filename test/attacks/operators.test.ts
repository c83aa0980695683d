import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { CHANNEL } from '../../tools/environment/environment.ts';
import type { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { waiting } from '../support/attack.ts';
import { type TestNamespace, withEnvironment } from '../support/environment.ts';

const HOUR_MS = 3_600_000;
const SHIFT = join(import.meta.dirname, '..', 'support', 'shift-clock.ts');

const environment = withEnvironment({ channel: CHANNEL });

describe('a second operator', () => {
  it('gives nobody a second decision and posts nothing twice', async () => {
    const second = await environment().product.anotherOperator();
    onTestFinished(() => second.stop());
    const ns = await environment().namespace();
    await ns.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const many = (amount: number, marker: string) =>
      Promise.all(
        Array.from({ length: 15 }, (_, i) => ns.ask({ context: { amount, marker: `${marker}-${i}.` } })),
      );
    const [small, large] = [await many(10, 'small'), await many(90, 'large')];
    const mia = await environment().controlPlane.person('mia');
    for (const asked of large) {
      await ns.posted(asked);
      expect((await ns.review(mia, asked, 'Approve')).stderr).toBe('');
    }
    expect(await reasons(ns, small)).toEqual(small.map(() => 'RuleApproved'));
    expect(await reasons(ns, large)).toEqual(large.map(() => 'PersonApproved'));
    const messages = JSON.stringify(await environment().product.desk.messages(CHANNEL));
    const markers = [...messages.matchAll(/(small|large)-\d+\./g)].map(([marker]) => marker);
    expect(new Set(markers)).toEqual(new Set(large.map((_, i) => `large-${i}.`)));
    expect(await environment().product.desk.messages(CHANNEL)).toHaveLength(large.length);
    expect([second.exited, environment().product.operator.exited]).toEqual([false, false]);
  });
});

describe.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])('an operator whose clock is an hour %s', (_, ms) => {
  it('decides by the time of the API server', async () => {
    const { product } = environment();
    await product.operator.stop();
    const shifted = await product.startOperator([], {
      NODE_OPTIONS: `--import=${SHIFT}`,
      SHIFT_CLOCK_MS: String(ms),
    });
    const ns = await environment().namespace();
    await ns.rule('small', { condition: 'amount > 0 && amount < 50', decision: 'AutoApprove' });
    const approved = await ns.decided(await ns.ask({ context: { amount: 1 }, timeoutSeconds: 600 }));
    expect(approved.status?.decision?.reason).toBe('RuleApproved');
    const asked = await ns.ask({ context: { amount: 99 }, timeoutSeconds: 20 });
    await waiting(ns, asked);
    const patient = await ns.ask({ context: { amount: 99 }, timeoutSeconds: 600 });
    const { status, metadata } = await ns.decided(asked);
    expect(status?.decision?.reason).toBe('Unanswered');
    const deadline = Date.parse(metadata.creationTimestamp ?? '') + 20_000;
    const late = Date.parse(status?.decision?.decisionTime ?? '') - deadline;
    expect(late).toBeGreaterThanOrEqual(2_000);
    expect(late).toBeLessThan(HOUR_MS / 2);
    const mia = await environment().controlPlane.person('mia');
    expect((await ns.review(mia, patient, 'Approve')).stderr).toBe('');
    expect((await ns.decided(patient)).status?.decision?.reason).toBe('PersonApproved');
    expect(await offsetOf(shifted)).toBeCloseTo(-ms / 1000, -1);
    expect((await shifted.get('/readyz'))?.text).toContain('clock');
  });
});

function reasons(ns: TestNamespace, asked: readonly Checkpoint[]): Promise<(string | undefined)[]> {
  return Promise.all(
    asked.map(async (each) => {
      const found = (await ns.read(each))?.status?.decision;
      return (found ?? (await ns.decided(each)).status?.decision)?.reason;
    }),
  );
}

async function offsetOf(operator: OperatorProcess): Promise<number | undefined> {
  return (await operator.metrics())('approvalgate_clock_offset_seconds');
}
