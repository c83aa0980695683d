import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../operator/slack/connection/verify.ts';
import { nastyText } from '../support/nasty.ts';

const CASES = 10_000;
/** The right value mostly, so that cases with one thing wrong are common. */
const or = <T>(right: T, wrong: fc.Arbitrary<unknown> = nastyText) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant<unknown>(right) }, wrong);

describe('a signature', () => {
  const now = new Date(1_795_479_148_000);
  const sign = (secret: string, timestamp: string, body: string) =>
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;

  it('passes for the very bytes, secret and time that were signed, and for nothing else', () => {
    const time = or('1795479100', fc.oneof(nastyText, fc.integer().map(String))).map(String);
    const body = fc.oneof(fc.constant('payload=x'), nastyText);
    const secret = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('new', 'old') }, nastyText);
    fc.assert(
      fc.property(time, body, body, secret, (timestamp, signed, sent, by) => {
        const signature = sign(by, timestamp, signed);
        const request = { signature, timestamp, rawBody: Buffer.from(sent) };
        const passed = refusalOf(request, ['new', 'old'], now) === undefined;
        const fresh = /^\d{1,12}$/.test(timestamp) && Math.abs(1_795_479_148 - Number(timestamp)) <= 300;
        const bytes = Buffer.from(signed).equals(Buffer.from(sent));
        expect(passed).toBe(fresh && bytes && ['new', 'old'].includes(by));
      }),
      { numRuns: CASES },
    );
  });
});
