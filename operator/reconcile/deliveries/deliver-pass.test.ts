import { describe, expect, it } from 'vitest';
import { InMemoryOperator } from '../../../test/support/in-memory-operator.ts';
import { DESK, operatorWithSlack, SHOP } from '../../../test/support/slack-in-memory-time.ts';
import type { Fault } from '../../../tools/slack-desk/faults.ts';
import type { RunningSlackDesk } from '../../../tools/slack-desk/start.ts';
import { slackIsOff } from '../../slack/posting/notifier.ts';

const NAMESPACE = SHOP.toLowerCase();
const HOUR_MS = 3_600_000;
const HOURS = { timeoutSeconds: 3 * 3600 };

const warnings = ({ events }: InMemoryOperator): string[] =>
  events.filter(({ type }) => type === 'Warning').map(({ reason, note }) => `${reason} ${note}`);
const outcomes = (desk: RunningSlackDesk, method: string) =>
  desk.callsOf(method).map(({ outcome }) => outcome);

describe('a channel that stays wrong', () => {
  it('is told of by one Event and one write, however often it is tried, and gets its message once it is right', async () => {
    const { operator, desk } = await operatorWithSlack([{ id: SHOP, name: 'shop', botIsMember: false }]);
    const key = operator.create(NAMESPACE, 'refund', HOURS);
    await operator.pass(HOUR_MS);
    expect(warnings(operator)).toEqual([
      expect.stringMatching(/^DeliveryFailed Slack channel C0SHOP0001: SlackNotInChannel: .*Invite the bot/),
    ]);
    expect(operator.writes).toHaveLength(2);
    expect(operator.condition(key, 'Notified')).toBe('False/SlackNotInChannel');
    expect(desk.callsOf('chat.postMessage')).toHaveLength(0);
    await desk.admin('conversations.invite', { channel: SHOP, users: 'U0APPRGATE' });
    await operator.pass(600_000);
    expect(operator.condition(key, 'Notified')).toBe('True/Delivered');
    expect(await desk.messages(SHOP)).toHaveLength(1);
    expect(outcomes(desk, 'conversations.history')).toEqual([]);
  });

  it('that shows only by a post is told of by one Event, and Notified does not flap', async () => {
    const { operator, desk } = await operatorWithSlack();
    desk.faults.next('chat.postMessage', { error: 'restricted_action' }, 1000);
    const key = operator.create(NAMESPACE, 'refund', HOURS);
    await operator.pass(HOUR_MS);
    expect(warnings(operator)).toHaveLength(1);
    const [asked, ...later] = operator.writes.map(
      ({ status }) => status?.conditions?.find(({ type }) => type === 'Notified')?.reason,
    );
    expect(asked).toBe('Delivering');
    expect(new Set(later)).toEqual(new Set(['SlackForbidden']));
    expect(operator.object(key).status?.notifications?.[0]?.lastError).toContain('restricted_action');
    // An error answer says that nothing was posted.
    expect(outcomes(desk, 'conversations.history')).toEqual([]);
  });

  it('costs Slack as little for hundreds of questions as for one', async () => {
    const { operator, desk } = await operatorWithSlack([{ id: SHOP, name: 'shop', botIsMember: false }]);
    for (let i = 0; i < 300; i += 1) operator.create(NAMESPACE, `refund-${i}`, HOURS);
    await operator.pass(HOUR_MS);
    expect(operator.writes).toHaveLength(600);
    expect(desk.callsOf('conversations.info').length).toBeLessThan(30);
    expect(outcomes(desk, 'conversations.info')).not.toContain('ratelimited');
  });
});

describe('without Slack', () => {
  const off = (): InMemoryOperator => {
    const operator = new InMemoryOperator(() => [slackIsOff()]);
    operator.start();
    return operator;
  };

  it('a question says so once, and its decision leaves nothing to do', async () => {
    const operator = off();
    const key = operator.create(NAMESPACE, 'refund', { timeoutSeconds: 600 });
    await operator.pass(500_000);
    expect(operator.writes).toHaveLength(2);
    expect(operator.condition(key, 'Notified')).toBe('False/SlackNotConfigured');
    await operator.pass(2 * HOUR_MS);
    expect(operator.object(key).status).toMatchObject({ settled: true, decision: { reason: 'Undelivered' } });
    expect(operator.condition(key, 'Notified')).toBe('False/SlackNotConfigured');
    expect(operator.writes).toHaveLength(4);
    expect(warnings(operator).map((warning) => warning.split(' ')[0])).toEqual([
      'DeliveryFailed',
      'Undelivered',
    ]);
  });
});

describe('a post', () => {
  it.each<[string, Fault]>([
    ['a wish to wait', { status: 429, retryAfter: 30 }],
    ['an error', { error: 'msg_blocks_too_long' }],
  ])('that Slack refuses by %s is not looked for before the next', async (_, fault) => {
    const { operator, desk } = await operatorWithSlack();
    desk.faults.next('chat.postMessage', fault, 2);
    const key = operator.create(NAMESPACE, 'refund');
    await operator.pass(90_000);
    expect(operator.condition(key, 'Notified')).toBe('True/Delivered');
    expect(outcomes(desk, 'conversations.history')).toEqual([]);
  });

  it.each<[string, Fault, number]>([
    ['whose answer is lost', { acceptThenReset: true }, 1],
    ['that Slack says is there without saying where', { answer: { ok: true } }, 2],
    ['that Slack fails to answer', { status: 503 }, 2],
  ])('%s is looked for before the next, and stands there once', async (_, fault, calls) => {
    const { operator, desk } = await operatorWithSlack();
    desk.faults.next('chat.postMessage', fault);
    const key = operator.create(NAMESPACE, 'refund');
    await operator.pass(10_000);
    expect(operator.condition(key, 'Notified')).toBe('True/Delivered');
    expect(outcomes(desk, 'conversations.history')).toEqual(['ok']);
    expect(desk.callsOf('chat.postMessage')).toHaveLength(calls);
    expect(await desk.messages(SHOP)).toHaveLength(1);
    const [message] = await desk.messages(SHOP);
    expect(operator.object(key).status?.notifications?.[0]?.messageID).toBe(message?.ts);
  });

  it('is on record before its link is asked for', async () => {
    const { operator, desk } = await operatorWithSlack();
    let atLink: string | undefined;
    const key = operator.create(NAMESPACE, 'refund');
    const { call } = desk.world.state;
    Object.assign(desk.world.state, {
      call: (method: string, ...rest: [never, never]) => {
        if (method === 'chat.getPermalink')
          atLink = operator.object(key).status?.notifications?.[0]?.messageID;
        return call(method, ...rest);
      },
    });
    await operator.pass(1_000);
    const [notification] = operator.object(key).status?.notifications ?? [];
    expect(atLink).toBe(notification?.messageID);
    expect(notification).toMatchObject({ state: 'Sent', permalink: expect.stringContaining('http') });
  });

  it('has its link with the write that records it, once Slack has told how links of the channel read', async () => {
    const { operator, desk } = await operatorWithSlack();
    const first = operator.create(NAMESPACE, 'refund');
    await operator.pass(2_000);
    const before = operator.writes.length;
    const second = operator.create(NAMESPACE, 'refund-2');
    await operator.pass(2_000);
    const [asked, delivered, ...more] = operator.writes.slice(before);
    expect(more).toEqual([]);
    expect(asked?.status?.notifications?.[0]?.state).toBe('Pending');
    const [{ messageID = '', permalink = '' } = {}] = delivered?.status?.notifications ?? [];
    const [{ messageID: other = '', permalink: theirs = '' } = {}] =
      operator.object(first).status?.notifications ?? [];
    expect(permalink).toBe(theirs.replace(other.replace('.', ''), messageID.replace('.', '')));
    expect(
      await desk.world.state.call('chat.getPermalink', { channel: SHOP, message_ts: messageID }),
    ).toMatchObject({
      permalink,
    });
    expect(operator.condition(second, 'Notified')).toBe('True/Delivered');
    expect(desk.callsOf('chat.getPermalink')).toHaveLength(1);
  });

  it('is never made twice while Slack asks all to wait for its method', async () => {
    const { operator, desk } = await operatorWithSlack();
    desk.faults.next('chat.postMessage', { status: 429, retryAfter: 20 });
    operator.create(NAMESPACE, 'refund');
    await operator.pass(1_000);
    operator.create(DESK.toLowerCase(), 'refund');
    await operator.pass(18_000);
    expect(desk.callsOf('chat.postMessage')).toHaveLength(1);
    await operator.pass(5_000);
    expect(outcomes(desk, 'chat.postMessage')).toEqual(['fault:429', 'ok', 'ok']);
  });
});
