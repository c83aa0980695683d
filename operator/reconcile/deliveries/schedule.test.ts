import { describe, expect, it } from 'vitest';
import type { InMemoryOperator } from '../../../test/support/in-memory-operator.ts';
import { DESK, operatorWithSlack, SHOP } from '../../../test/support/slack-in-memory-time.ts';
import type { RunningSlackDesk } from '../../../tools/slack-desk/start.ts';
import { deadlineOf } from '../../model/time.ts';

const NAMESPACE = SHOP.toLowerCase();
const MINUTE = 60;

/** Posts that Slack took: when, in seconds since `from`, and about what. */
function arrivals(desk: RunningSlackDesk, from: Date, channel = SHOP) {
  return desk
    .callsOf('chat.postMessage')
    .filter(({ args, outcome }) => outcome === 'ok' && args['channel'] === channel && !isDigest(args))
    .map(({ args, at }) => ({
      seconds: (at.getTime() - from.getTime()) / 1000,
      name: (args as { metadata: { event_payload: { name: string } } }).metadata.event_payload.name,
    }));
}

const isDigest = (message: unknown): boolean => JSON.stringify(message).includes('for this channel');
const updatesOf = (desk: RunningSlackDesk) =>
  desk.callsOf('chat.update').filter(({ args }) => !isDigest(args));

const refused = ({ calls }: RunningSlackDesk): string[] =>
  calls.filter(({ outcome }) => outcome !== 'ok').map(({ method, outcome }) => `${method} ${outcome}`);

/** Questions whose deadlines come in another order than they do. */
function ask(operator: InMemoryOperator, count: number, timeoutSeconds: (i: number) => number): string[] {
  const keys = Array.from({ length: count }, (_, i) =>
    operator.create(NAMESPACE, `q-${i}`, { timeoutSeconds: timeoutSeconds(i) }),
  );
  const deadline = (key: (typeof keys)[number]): number => deadlineOf(operator.object(key)).getTime();
  return keys.sort((a, b) => deadline(a) - deadline(b)).map((key) => key.slice(NAMESPACE.length + 1));
}

describe('a channel that many questions want', () => {
  it('gets 300 of 15 minutes within 330 s, in order of deadline, without one refusal', async () => {
    const { operator, desk } = await operatorWithSlack();
    const from = operator.now();
    const inOrder = ask(operator, 300, (i) => 15 * MINUTE + ((i * 7919) % 300));
    await operator.pass(330_000);
    const arrived = arrivals(desk, from);
    expect(arrived).toHaveLength(300);
    // The first go at once, before there is a line.
    const waited = new Set(arrived.slice(3).map(({ name }) => name));
    expect(arrived.slice(3).map(({ name }) => name)).toEqual(inOrder.filter((name) => waited.has(name)));
    expect(arrived.at(-1)?.seconds).toBeLessThan(300);
    expect(refused(desk)).toEqual([]);
    // For a digest of another process.
    expect(desk.callsOf('conversations.history')).toHaveLength(1);
    expect(operator.events.filter(({ type }) => type === 'Warning')).toEqual([]);
  });

  it('gets as many of one minute as there is time for; the others say at once that it is too busy', async () => {
    const { operator, desk } = await operatorWithSlack();
    const from = operator.now();
    ask(operator, 300, () => MINUTE);
    await operator.pass(2_000);
    const busy = operator.events.filter(({ note }) => note.includes('SlackBusy'));
    expect(busy.length).toBeGreaterThan(230);
    expect(busy.length).toBeLessThan(245);
    expect(busy[0]).toMatchObject({ type: 'Warning', reason: 'DeliveryFailed' });
    await operator.pass(56_000);
    const conditions = Array.from({ length: 300 }, (_, i) =>
      operator.condition(`${NAMESPACE}/q-${i}`, 'Notified'),
    );
    const inTime = arrivals(desk, from).filter(({ seconds }) => seconds < MINUTE);
    expect(inTime.length).toBeGreaterThanOrEqual(58);
    expect(conditions.filter((condition) => condition === 'True/Delivered')).toHaveLength(inTime.length);
    expect(new Set(conditions)).toEqual(new Set(['True/Delivered', 'False/SlackBusy']));
    expect(operator.events.filter(({ note }) => note.includes('SlackBusy'))).toHaveLength(busy.length);
    expect(refused(desk)).toEqual([]);
  });

  it('says it of one that is overtaken too, as soon as it is', async () => {
    const { operator } = await operatorWithSlack();
    ask(operator, 50, () => MINUTE);
    const slow = operator.create(NAMESPACE, 'overtaken', { timeoutSeconds: MINUTE + 5 });
    await operator.pass(1_000);
    expect(operator.condition(slow, 'Notified')).toBe('False/Delivering');
    for (let i = 0; i < 20; i += 1) operator.create(NAMESPACE, `urgent-${i}`, { timeoutSeconds: 40 });
    await operator.pass(1_000);
    expect(operator.condition(slow, 'Notified')).toBe('False/SlackBusy');
  });

  it('keeps no other channel waiting', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 300, () => 15 * MINUTE);
    await operator.pass(10_000);
    const from = operator.now();
    operator.create(DESK.toLowerCase(), 'alone', { timeoutSeconds: 3 * 3600 });
    await operator.pass(1_000);
    expect(arrivals(desk, from, DESK)).toMatchObject([{ seconds: 0 }]);
  });

  it('gets what was decided meanwhile after what people are still asked', async () => {
    const { operator, desk } = await operatorWithSlack();
    const from = operator.now();
    ask(operator, 30, () => 15 * MINUTE);
    await operator.pass(2_000);
    operator.review(`${NAMESPACE}/q-5`, 'Deny');
    await operator.pass(60_000);
    expect(arrivals(desk, from).at(-1)?.name).toBe('q-5');
  });
});

describe('updates', () => {
  it('take buttons away while hundreds of posts wait, fifty a minute, and channels take turns', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 70, () => 15 * MINUTE);
    const other = operator.create(DESK.toLowerCase(), 'other', { timeoutSeconds: 15 * MINUTE });
    await operator.pass(80_000);
    for (let i = 0; i < 300; i += 1) operator.create(NAMESPACE, `more-${i}`, { timeoutSeconds: 15 * MINUTE });
    const from = operator.now();
    for (let i = 0; i < 70; i += 1) operator.review(`${NAMESPACE}/q-${i}`, 'Deny');
    operator.review(other, 'Deny');
    await operator.pass(10_000);
    expect(desk.callsOf('chat.update')).toHaveLength(50);
    expect(
      updatesOf(desk)
        .slice(0, 3)
        .map(({ args }) => args['channel']),
    ).toContain(DESK);
    await operator.pass(60_000);
    expect(updatesOf(desk)).toHaveLength(71);
    expect(arrivals(desk, from).length).toBeGreaterThan(65);
    expect(refused(desk)).toEqual([]);
  });

  it('of what was withdrawn wait for their turn like the others', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 60, () => 15 * MINUTE);
    await operator.pass(70_000);
    for (let i = 0; i < 60; i += 1) operator.withdraw(`${NAMESPACE}/q-${i}`);
    await operator.pass(65_000);
    expect(updatesOf(desk)).toHaveLength(60);
    expect(refused(desk)).toEqual([]);
    const messages = (await desk.messages(SHOP)).filter((message) => !isDigest(message));
    expect(messages.every(({ blocks }) => JSON.stringify(blocks).includes('Withdrawn'))).toBe(true);
  });
});

describe('a restart', () => {
  it('looks for what may have been posted by a few readings of the history, and posts nothing twice', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 100, () => 30 * MINUTE);
    await operator.pass(20_000);
    operator.restart();
    await operator.pass(150_000);
    const names = arrivals(desk, operator.now()).map(({ name }) => name);
    expect(names).toHaveLength(100);
    expect(new Set(names).size).toBe(100);
    expect(desk.callsOf('conversations.history').length).toBeLessThan(4);
    expect(refused(desk)).toEqual([]);
  });
});
