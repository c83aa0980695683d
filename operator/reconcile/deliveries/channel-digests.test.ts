import { describe, expect, it } from 'vitest';
import type { InMemoryOperator } from '../../../test/support/in-memory-operator.ts';
import { operatorWithSlack, SHOP } from '../../../test/support/slack-in-memory-time.ts';
import type { RunningSlackDesk } from '../../../tools/slack-desk/start.ts';
import { deadlineOf } from '../../model/time.ts';

const NAMESPACE = SHOP.toLowerCase();
const DIGEST = 'digest';

/** The posts that the channel took, in order: names of questions, and `digest`. */
function posts(desk: RunningSlackDesk): string[] {
  const taken = desk.callsOf('chat.postMessage').filter(({ outcome }) => outcome === 'ok');
  return taken.map(({ args }) => {
    const { event_type, event_payload } = (args as { metadata: Metadata }).metadata;
    return event_type === 'approvalgate_digest' ? DIGEST : String(event_payload.name);
  });
}

interface Metadata {
  readonly event_type: string;
  readonly event_payload: { readonly name?: string };
}

const digestsIn = async (desk: RunningSlackDesk) =>
  (await desk.messages(SHOP)).filter((message) => JSON.stringify(message).includes('for this channel'));
const updates = (desk: RunningSlackDesk) => desk.callsOf('chat.update');

/** Questions whose deadlines come in another order than they do. @returns their names, the most urgent first */
function ask(operator: InMemoryOperator, count: number, prefix = 'q'): string[] {
  const keys = Array.from({ length: count }, (_, i) =>
    operator.create(NAMESPACE, `${prefix}-${i}`, {
      timeoutSeconds: 900 + ((i * 7919) % 300),
      agent: '<!channel> *agent*',
    }),
  );
  const deadline = (key: (typeof keys)[number]): number => deadlineOf(operator.object(key)).getTime();
  return keys.sort((a, b) => deadline(a) - deadline(b)).map((key) => key.slice(NAMESPACE.length + 1));
}

describe('a channel that many questions want', () => {
  it('gets one digest, then the most urgent in full and the rest in order, each once; in the end it says so', async () => {
    const { operator, desk } = await operatorWithSlack();
    const inOrder = ask(operator, 30);
    await operator.pass(10_000);
    const [digest] = await digestsIn(desk);
    // The first go at once, before there is a line.
    const place = posts(desk).indexOf(DIGEST);
    expect([1, 2, 3]).toContain(place);
    await operator.pass(60_000);
    const rest = posts(desk).slice(place + 1);
    expect(rest).toEqual(inOrder.filter((name) => rest.includes(name)));
    expect(posts(desk)).toHaveLength(31);
    expect(new Set(posts(desk)).size).toBe(31);
    const waited = 30 - place;
    expect(JSON.stringify(digest)).toContain(`${waited} requests wait for this channel`);
    expect(JSON.stringify(digest)).toContain(`By namespace: ${NAMESPACE} ${waited}.`);
    const after = await digestsIn(desk);
    expect(after).toHaveLength(1);
    expect(JSON.stringify(after)).toContain('No requests wait for this channel any more');
    expect(updates(desk)).toHaveLength(1);
    expect(desk.calls.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  });

  it('gets nothing in it that an agent wrote, and nothing to click', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 30);
    await operator.pass(10_000);
    const [digest] = await digestsIn(desk);
    const types = digest?.blocks?.map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set(['header', 'context']));
    expect(JSON.stringify(digest?.blocks)).not.toMatch(/mrkdwn|agent|channel>/);
  });

  it('of few gets none, however long they go on', async () => {
    const { operator, desk } = await operatorWithSlack();
    for (let round = 0; round < 5; round += 1) {
      ask(operator, 20, `round-${round}`);
      await operator.pass(25_000);
    }
    expect(posts(desk)).toHaveLength(100);
    expect(posts(desk)).not.toContain(DIGEST);
  });

  it('is told of another count twice a minute, no more', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 300);
    await operator.pass(121_000);
    expect(updates(desk).length).toBeGreaterThanOrEqual(3);
    expect(updates(desk).length).toBeLessThanOrEqual(4);
    const [digest] = await digestsIn(desk);
    expect(JSON.stringify(digest)).toMatch(/2\d\d requests wait|1\d\d requests wait/);
  });

  it('gets one from an agent that floods it again and again', async () => {
    const { operator, desk } = await operatorWithSlack();
    for (let round = 0; round < 6; round += 1) {
      ask(operator, 40, `round-${round}`);
      await operator.pass(60_000);
    }
    expect(posts(desk)).toHaveLength(241);
    expect(await digestsIn(desk)).toHaveLength(1);
    expect(updates(desk).length).toBeLessThanOrEqual(18);
  });
});

describe('after a restart', () => {
  it('the digest that stands is found and goes on, and no question is posted twice', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 100);
    await operator.pass(20_000);
    operator.restart();
    await operator.pass(150_000);
    expect(posts(desk)).toHaveLength(101);
    expect(new Set(posts(desk)).size).toBe(101);
    const digests = await digestsIn(desk);
    expect(digests).toHaveLength(1);
    expect(JSON.stringify(digests)).toContain('No requests wait for this channel any more');
  });
});

describe('a digest that fails', () => {
  it('costs no question its turn, and is tried again after a minute', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 100);
    desk.faults.next('conversations.history', { error: 'internal_error' });
    await operator.pass(59_000);
    expect(posts(desk)).not.toContain(DIGEST);
    expect(posts(desk).length).toBeGreaterThanOrEqual(60);
    await operator.pass(5_000);
    expect(posts(desk)).toContain(DIGEST);
    expect(operator.events.filter(({ type }) => type === 'Warning')).toEqual([]);
  });

  it('to say its end says it later', async () => {
    const { operator, desk } = await operatorWithSlack();
    ask(operator, 25);
    await operator.pass(5_000);
    desk.faults.next('chat.update', { error: 'internal_error' });
    await operator.pass(40_000);
    expect(JSON.stringify(await digestsIn(desk))).not.toContain('No requests wait');
    await operator.pass(60_000);
    expect(JSON.stringify(await digestsIn(desk))).toContain('No requests wait');
  });
});
