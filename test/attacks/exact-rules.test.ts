import { describe, expect, it } from 'vitest';
import { undecided, waiting } from '../support/attack.ts';
import { withEnvironment } from '../support/environment.ts';

const environment = withEnvironment({});

/** As JSON, because that is how a key such as `__proto__` arrives. */
const contextFrom = (json: string): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>;

/** What was approved once, by an evaluation that was not exact. */
describe('a context made for the seams of an evaluation', () => {
  it.each([
    ['refund == {"currency": "USD"}', '{"refund":{"__proto__":{}}}'],
    ['change in [{"op": "read"}]', '{"change":{"__proto__":{}}}'],
    ['x in {"true": 1}', '{"x":true}'],
    ['name > "\\U00010000"', '{"name":"\\uffff"}'],
  ])('does not hold where it must not: %s over %s', async (condition, context) => {
    const ns = await environment().namespace();
    await ns.rule('allow', { condition, decision: 'AutoApprove' });
    const { status } = await waiting(ns, await ns.ask({ context: contextFrom(context) }));
    expect(status?.decision).toBeUndefined();
    expect(status?.evaluations ?? []).toEqual([]);
  });

  it.each([
    ['int(rows) < 100', '{"rows":""}'],
    ['int(rows) < 100', '{"rows":"0X10"}'],
    ['int(rows) < 100', '{"rows":"0b1"}'],
    ['amount <= {"USD": 100}[currency]', '{"amount":1,"currency":["USD"]}'],
    ['int(amount * 1e9) > 0', '{"amount":9000000000000000}'],
    ['-int(least) > 0', '{"least":"-9223372036854775808"}'],
    ['int(least) / -1 > 0', '{"least":"-9223372036854775808"}'],
    ['now.getHours(zone) > 3', '{"zone":"PST"}'],
  ])('is an error that asks a person: %s over %s', async (condition, context) => {
    const ns = await environment().namespace();
    await ns.rule('allow', { condition, decision: 'AutoApprove' });
    const { status } = await waiting(ns, await ns.ask({ context: contextFrom(context) }));
    expect(status?.decision).toBeUndefined();
    expect(status?.evaluations).toMatchObject([
      { result: 'Error', message: expect.stringMatching(/^spec\.condition: 1:\d+: /) },
    ]);
  });

  it('passes no rule that denies by an error, whether it asks or denies then', async () => {
    const condition = 'now + duration(ttl) > now + duration("720h")';
    const context = { ttl: '2400000001h' };
    const asking = await environment().namespace();
    await asking.rule('allow', { condition: 'ttl != ""', decision: 'AutoApprove' });
    await asking.rule('deny', { condition, decision: 'AutoDeny' });
    await undecided(asking, await asking.ask({ context }));
    const denying = await environment().namespace();
    await denying.rule('allow', { condition: 'ttl != ""', decision: 'AutoApprove' });
    await denying.rule('deny', { condition, decision: 'AutoDeny', onError: 'Deny' });
    expect((await denying.decided(await denying.ask({ context }))).status?.decision?.outcome).toBe('Denied');
  });

  it('meets no rule whose number is out of range', async () => {
    const ns = await environment().namespace();
    const rule = ns.rule('allow', { condition: '99999999999999999999 > amount', decision: 'AutoApprove' });
    await expect(rule).rejects.toThrow('an int is at most 9223372036854775807');
  });
});
