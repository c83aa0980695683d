import { expect, it } from 'vitest';
import { CHANNEL } from '../../tools/stage/stage.ts';
import { eventually } from '../support/eventually.ts';
import { withFlow } from '../support/stage.ts';

const flow = withFlow({ channel: CHANNEL });
const FLOOD = 60;

/** Within the limits of a rule, and quick on what its author thought of. */
const NESTED =
  'orders.exists(a, refunds.exists(b, a == b && a < 0 && orders.size() > 0 && refunds.size() > 0))';
const SLOW = Array(4).fill(NESTED).join(' || ');

it('an agent that floods its namespace with what a rule is slow on holds up no other namespace', async () => {
  const hostile = await flow().room();
  await hostile.rule('honest', { condition: SLOW, decision: 'AutoDeny' });
  const other = await flow().room();
  await other.rule('small', { condition: 'recipients > 0 && recipients < 50', decision: 'AutoApprove' });
  const list = (from: number) => Array.from({ length: 1000 }, (_, i) => from + i);
  const context = { orders: list(0), refunds: list(1000) };
  const flooding = await Promise.all(Array.from({ length: FLOOD }, () => hostile.ask({ context })));

  const timesOut = await other.ask({ timeoutSeconds: 10 });
  const byRule = await other.decided(await other.ask({ context: { recipients: 5 } }));
  expect(byRule.status?.decision?.reason).toBe('RuleApproved');
  const byPerson = await other.ask();
  await other.message(byPerson, 'Sent');
  await other.review(await flow().controlPlane.person('mia'), byPerson, 'Approve');
  expect((await other.decided(byPerson)).status?.decision?.reason).toBe('PersonApproved');
  const stillEvaluated = await Promise.all(flooding.map((asked) => hostile.read(asked)));
  expect(stillEvaluated.filter((asked) => asked?.status?.requirements === undefined)).not.toEqual([]);

  const { status } = await other.decided(timesOut, 40_000);
  const late = Date.parse(status?.decision?.decisionTime ?? '') - Date.parse(status?.deadline ?? '');
  expect(status?.decision?.outcome).toBe('TimedOut');
  expect(late).toBeLessThan(10_000);
  await eventually(
    'the flood is asked about all the same, as the rule failed on it',
    async () => {
      const [first] = flooding;
      const { evaluations } = (first && (await hostile.read(first)))?.status ?? {};
      return evaluations?.some(({ result }) => result === 'Error') ? true : undefined;
    },
    60_000,
  );
});
