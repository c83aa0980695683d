import { describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointStatus, Decision, Notification } from '../../crds/types.ts';
import { withClaim } from '../messages/delivery.ts';
import { askedAt, transitionsBetween } from './transitions.ts';

const checkpoint = (status: CheckpointStatus): Checkpoint => ({
  metadata: { name: 'refund', namespace: 'shop', uid: 'u1' },
  spec: { action: 'refund' },
  status,
});
const message = (rest: Partial<Notification>): Notification => ({
  provider: 'Slack',
  channel: 'C0000DEFAULT',
  state: 'Pending',
  attempts: 1,
  ...rest,
});
const decided = (reason: Decision['reason'], type: Decision['decidedBy']['type']): Checkpoint =>
  checkpoint({
    decision: {
      outcome: reason === 'PersonApproved' ? 'Approved' : 'Denied',
      reason,
      message: 'the message',
      decisionTime: '2026-11-02T10:00:00Z',
      decidedBy: { type, name: 'mia' },
      checkpointUID: 'u1',
    },
  });
const reasons = (before: Checkpoint, after: Checkpoint): string[] =>
  transitionsBetween(before, after).map(({ type, reason }) => `${type} ${reason}`);

describe('the Events of a write', () => {
  it('say that people were asked, once the message stands in the channel', () => {
    const asked = { requirements: [{ minApprovals: 1 }] };
    const before = checkpoint({ ...asked, notifications: [message({})] });
    const after = checkpoint({ ...asked, notifications: [message({ state: 'Sent', messageID: '1.1' })] });
    expect(reasons(before, after)).toEqual(['Normal ReviewRequested']);
    expect(reasons(after, after)).toEqual([]);
  });

  it('say that people are asked where there is no channel to ask them in', () => {
    const message = 'No Slack channel is known.';
    const notified = { type: 'Notified', status: 'False', reason: 'NoChannel', message } as const;
    const asked = checkpoint({
      requirements: [{ minApprovals: 1 }],
      conditions: [{ ...notified, lastTransitionTime: '2026-11-02T10:00:05Z' }],
    });
    expect(transitionsBetween(checkpoint({}), asked)).toEqual([
      {
        type: 'Warning',
        reason: 'NoChannel',
        action: 'Notify',
        note: `A review is awaited, and no message asks for it. ${message}`,
      },
    ]);
    expect(reasons(asked, asked)).toEqual([]);
  });

  it('name the cause of a failed delivery, do not repeat it at the attempts that fail alike, and name another', () => {
    const delivery = (rest: Partial<Notification>) => checkpoint({ notifications: [message(rest)] });
    const failure = (lastError: string, attempts: number): Checkpoint =>
      delivery({ state: 'Failed', lastError, attempts });
    const down = failure('SlackDown: no answer', 1);
    expect(transitionsBetween(delivery({}), down)).toMatchObject([
      { type: 'Warning', reason: 'DeliveryFailed', note: 'Slack channel C0000DEFAULT: SlackDown: no answer' },
    ]);
    const again = delivery(withClaim(message({ state: 'Failed', lastError: 'SlackDown: no answer' })));
    expect(again.status?.notifications).toMatchObject([{ state: 'Pending', attempts: 2 }]);
    expect(reasons(down, again)).toEqual([]);
    expect(reasons(again, failure('SlackDown: no answer', 2))).toEqual([]);
    expect(reasons(again, failure('SlackForbidden: no', 2))).toEqual(['Warning DeliveryFailed']);
  });

  it.each([
    ['PersonApproved', 'Person', ['Normal PersonApproved']],
    ['PersonDenied', 'Person', ['Warning PersonDenied']],
    ['Unanswered', 'Deadline', ['Warning Unanswered']],
    ['RuleApproved', 'Rule', []],
    ['RuleDenied', 'Rule', []],
  ] as const)('for %s by %s are %j', (reason, type, expected) => {
    expect(reasons(checkpoint({}), decided(reason, type))).toEqual(expected);
  });
});

describe('when people were asked', () => {
  it('is when the checkpoint began to await a review', () => {
    const condition = {
      type: 'Decided',
      status: 'False',
      message: '',
      lastTransitionTime: '2026-11-02T10:00:05Z',
    } as const;
    const asked = checkpoint({ conditions: [{ ...condition, reason: 'AwaitingReview' }] });
    expect(askedAt(asked)).toEqual(new Date('2026-11-02T10:00:05Z'));
    expect(askedAt(checkpoint({ conditions: [{ ...condition, reason: 'AwaitingRules' }] }))).toBeUndefined();
  });
});
