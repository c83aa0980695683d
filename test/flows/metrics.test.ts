import { expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { CHANNEL, MIA } from '../../tools/environment/environment.ts';
import { type TestNamespace, withEnvironment } from '../support/environment.ts';
import { eventually } from '../support/eventually.ts';

const environment = withEnvironment({ transport: 'http', channel: CHANNEL });

/** Waits until the operator's metric has the value. */
async function counts(name: string, value: number): Promise<void> {
  let seen: number | undefined;
  await eventually(`${name} is ${value}`, async () => {
    seen = (await environment().product.operator.metrics())(name);
    return seen === value ? true : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${name} is ${seen}, not ${value}`, { cause: error });
  });
}

async function approve(ns: TestNamespace, asked: Checkpoint): Promise<void> {
  await environment()
    .product.desk.person(MIA)
    .click(await ns.posted(asked), 'approvalgate_approve');
  await ns.decided(asked);
}

it('counts decisions, times, what was asked in Slack and what was refused', async () => {
  const { product } = environment();
  const ns = await environment().namespace();
  // Asked first, so that its message can be clicked long before the end, which nothing else has to wait for.
  const unanswered = await ns.ask({ timeoutSeconds: 30 });
  const question = await ns.posted(unanswered);
  await ns.rule('small', {
    actions: ['refund'],
    condition: 'amount > 0 && amount < 50',
    decision: 'AutoApprove',
  });
  await ns.rule('large', { actions: ['refund'], condition: 'amount > 1000', decision: 'AutoDeny' });
  await ns.decided(await ns.ask({ action: 'refund', context: { amount: 12 } }));
  await ns.decided(await ns.ask({ action: 'refund', context: { amount: 5000 } }));
  await counts('approvalgate_decisions_total{outcome="Approved",reason="RuleApproved"}', 1);
  await counts('approvalgate_decisions_total{outcome="Denied",reason="RuleDenied"}', 1);
  await counts('approvalgate_checkpoints_pending', 1);

  const asked = await ns.ask({ action: 'refund', context: { amount: 'twelve' } });
  await counts('approvalgate_checkpoints_pending', 2);
  await counts('approvalgate_rule_errors_total{kind="CheckpointRule"}', 2);
  await approve(ns, asked);
  await counts('approvalgate_slack_clicks_total{answer="Recorded"}', 1);
  await counts('approvalgate_decisions_total{outcome="Approved",reason="PersonApproved"}', 1);
  await counts('approvalgate_review_seconds_count', 1);

  const payload = await product.desk.person(MIA).clickPayload(question, 'approvalgate_approve');
  await product.desk.send(payload, { secret: 'not the secret' });
  await counts('approvalgate_slack_requests_refused_total{cause="WrongSignature"}', 1);

  await ns.decided(unanswered);
  await counts('approvalgate_decisions_total{outcome="TimedOut",reason="Unanswered"}', 1);
  await counts('approvalgate_timeout_lateness_seconds_count', 1);
  await counts('approvalgate_time_to_decision_seconds_count{reason="PersonApproved"}', 1);
  await ns.message(unanswered, 'Final');
  await counts('approvalgate_notifications_total{result="Delivered"}', 4);
});

it('counts a delivery that failed, by cause', async () => {
  const ns = await environment().namespace();
  await ns.rule('elsewhere', { decision: 'RequireApproval', notify: { slack: { channel: 'C0NOWHERE9' } } });
  await ns.message(await ns.ask(), 'Failed');
  const name = 'approvalgate_notifications_total{result="SlackChannelNotFound"}';
  const metric = await environment().product.operator.metrics();
  expect(metric(name)).toBeGreaterThanOrEqual(1);
});

it('measures the clock, the queues and the watches', async () => {
  const rules = 'approvalgate_reflector_objects{resource="checkpointrules"}';
  const before = (await environment().product.operator.metrics())(rules) ?? 0;
  const ns = await environment().namespace();
  await ns.rule('measured', { decision: 'AutoDeny' });
  await ns.decided(await ns.ask());
  const metric = await environment().product.operator.metrics();
  expect(Math.abs(metric('approvalgate_clock_offset_seconds') ?? Number.NaN)).toBeLessThan(60);
  expect(
    metric('controller_runtime_reconcile_total{controller="decisions",result="success"}'),
  ).toBeGreaterThan(0);
  await counts('workqueue_depth{name="decisions"}', 0);
  expect(metric('workqueue_queue_duration_seconds_count{name="decisions"}')).toBeGreaterThan(0);
  expect(metric(rules)).toBe(before + 1);
  expect(
    metric('approvalgate_reflector_last_heard_timestamp_seconds{resource="checkpoints"}'),
  ).toBeGreaterThan(Date.now() / 1000 - 120);
});
