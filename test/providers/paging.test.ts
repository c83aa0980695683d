import { expect, it } from 'vitest';
import type { CheckpointAccess } from '../../operator/messages/provider.ts';
import { InMemoryOperator } from '../support/in-memory-operator.ts';
import { operatorWithSlack, SHOP } from '../support/slack-in-memory-time.ts';
import { Paging } from './paging.ts';

const NAMESPACE = SHOP.toLowerCase();
const OUTAGE = { ok: false, reason: 'PagingDown', message: 'No page comes through.' } as const;

/** An operator with two chat products; what is asked goes to a channel of the same id in each. */
async function setUp() {
  const paging = new Paging();
  const { operator, desk } = await operatorWithSlack(undefined, [paging]);
  const access: CheckpointAccess = operator.access();
  paging.listen(access);
  operator.link('pager-7', 'mia');
  const key = operator.create(NAMESPACE, 'refund', { timeoutSeconds: 600 });
  const states = () =>
    operator.object(key).status?.notifications?.map(({ provider, state }) => `${provider} ${state}`);
  return { paging, operator, desk, key, states };
}

it('a question is delivered by both, a click in the second decides it, and both show the end', async () => {
  const { paging, operator, desk, key, states } = await setUp();
  await operator.pass(2_000);
  expect(states()).toEqual(['Slack Sent', 'Paging Sent']);
  expect(operator.condition(key, 'Notified')).toBe('True/Delivered');
  expect(operator.events.map(({ note }) => note)).toEqual([
    `Asked for a review in Slack channel ${SHOP}.`,
    `Asked for a review in Paging channel ${SHOP}.`,
  ]);

  expect(await paging.press('page-1', '7', 'Approve')).toEqual({ outcome: 'Recorded' });
  await operator.pass(5_000);
  const { decision, settled } = operator.object(key).status ?? {};
  expect(decision).toMatchObject({
    outcome: 'Approved',
    reason: 'PersonApproved',
    decidedBy: { name: 'mia' },
  });
  expect(decision?.reviews?.[0]?.name).toMatch(/^paging-[0-9a-f]{40}$/);
  expect(settled).toBe(true);
  expect(states()).toEqual(['Slack Final', 'Paging Final']);
  expect(paging.pages.get('page-1')?.view).toMatchObject({
    phase: 'Decided',
    decision: { outcome: 'Approved' },
  });
  const messages = await desk.messages(SHOP);
  expect(messages).toHaveLength(1);
  expect(JSON.stringify(messages)).toContain('Approved by mia');
  expect(JSON.stringify(messages)).not.toContain('approvalgate_approve');
});

it('an account of the second that nobody linked is told how it is, and decides nothing', async () => {
  const { paging, operator, key } = await setUp();
  await operator.pass(2_000);
  const result = await paging.press('page-1', '8', 'Approve');
  expect(result).toMatchObject({ outcome: 'NotLinked', manifest: expect.stringContaining('pager-8') });
  await operator.pass(5_000);
  expect(operator.object(key).status?.decision).toBeUndefined();
});

it('trouble of one keeps nothing from the other, though the channels have one id', async () => {
  const { paging, operator, key, states } = await setUp();
  paging.outage = OUTAGE;
  await operator.pass(3_000);
  expect(states()).toEqual(['Slack Sent', 'Paging Failed']);
  expect(operator.condition(key, 'Notified')).toBe('False/PagingDown');
  paging.outage = undefined;
  await operator.pass(60_000);
  expect(states()).toEqual(['Slack Sent', 'Paging Sent']);
  expect(paging.pages.size).toBe(1);
});

it('a withdrawal is shown by both', async () => {
  const { paging, operator, desk, key } = await setUp();
  await operator.pass(2_000);
  operator.withdraw(key);
  await operator.pass(5_000);
  expect(paging.pages.get('page-1')?.view.phase).toBe('Withdrawn');
  expect(JSON.stringify(await desk.messages(SHOP))).toContain('Withdrawn');
});

it('what a product delivered that this operator no longer has is left, and the decision is settled', async () => {
  const paging = new Paging();
  let products = [paging];
  const operator = new InMemoryOperator(() => products);
  operator.start();
  const key = operator.create(NAMESPACE, 'refund', { timeoutSeconds: 60 });
  await operator.pass(2_000);
  products = [];
  operator.restart();
  await operator.pass(2 * 3_600_000);
  expect(operator.object(key).status).toMatchObject({
    settled: true,
    decision: { reason: 'Unanswered' },
    notifications: [{ provider: 'Paging', lastError: expect.stringMatching(/^ProviderUnknown: /) }],
  });
});

it('a room that many questions want is told how many, by the second as by the first', async () => {
  const { paging, operator } = await setUp();
  for (let i = 0; i < 40; i += 1) operator.create(NAMESPACE, `more-${i}`, { timeoutSeconds: 600 });
  await operator.pass(60_000);
  expect(paging.boards.get(SHOP)?.headline).toBe('No requests wait for this channel any more');
  expect(paging.pages.size).toBe(41);
});
