import { describe, expect, it, onTestFinished } from 'vitest';
import { waitFor } from '../../../test/support/eventually.ts';
import { ManualTimers } from '../../../test/support/manual-timers.ts';
import { startSlackDesk } from '../../../tools/slack-desk/start.ts';
import { Rates } from './rates.ts';
import { secretsFromEnvironment } from './secrets.ts';
import { SlackWeb } from './web.ts';

const CHANNEL = 'C0APPROVAL';

function setUp() {
  const timers = new ManualTimers();
  return { timers, rates: new Rates(timers) };
}

describe('the limits on this side', () => {
  it('let a channel have three messages at once, then one a second', () => {
    const { timers, rates } = setUp();
    const waits = Array.from({ length: 6 }, () => {
      const wait = rates.postWaitMs(CHANNEL);
      timers.advance(wait);
      rates.takePost(CHANNEL);
      return wait;
    });
    expect(waits).toEqual([0, 0, 0, 1000, 1000, 1000]);
    expect(rates.postWaitMs('C0OTHER001')).toBe(0);
  });

  it('let a workspace have 240 messages a minute', () => {
    const { timers, rates } = setUp();
    let posts = 0;
    const inAMinute = (): void => {
      for (let i = 0; timers.now() < 60_000; i += 1) {
        const channel = `C${i}`;
        timers.advance(rates.postWaitMs(channel));
        rates.takePost(channel);
        posts += 1;
      }
    };
    inAMinute();
    expect(posts).toBeGreaterThan(240);
    expect(posts).toBeLessThan(265);
  });

  it('count each method by itself in any minute', () => {
    const { timers, rates } = setUp();
    for (let i = 0; i < 50; i += 1) {
      expect(rates.waitMs('chat.update')).toBe(0);
      rates.take('chat.update');
      timers.advance(100);
    }
    expect(rates.waitMs('chat.update')).toBe(61_000 - 5_000);
    expect(rates.waitMs('users.info')).toBe(0);
    expect(rates.waitMs('auth.test')).toBe(0);
    timers.advance(56_100);
    expect(rates.waitMs('chat.update')).toBe(0);
  });

  it('keep a whole method silent for as long as Slack asks, and the shorter wish changes nothing', () => {
    const { timers, rates } = setUp();
    rates.hold('chat.postMessage', 30);
    rates.hold('chat.postMessage', 5);
    timers.advance(29_000);
    expect([rates.postWaitMs(CHANNEL), rates.postWaitMs('C0OTHER001')]).toEqual([1000, 1000]);
    timers.advance(1_000);
    expect(rates.postWaitMs(CHANNEL)).toBe(0);
  });
});

describe('the client', () => {
  async function connected() {
    const timers = new ManualTimers();
    const desk = await startSlackDesk({
      transport: 'http',
      botToken: 'xoxb-1',
      appToken: 'xapp-1',
      signingSecret: 's',
      users: Array.from({ length: 120 }, (_, i) => ({ id: `U0PERSON${i}`, name: `person-${i}` })),
      channels: [{ id: CHANNEL, name: 'approvals' }],
      rates: true,
      now: () => timers.now(),
    });
    onTestFinished(() => desk.close());
    const secrets = secretsFromEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1' });
    return { timers, desk, web: new SlackWeb({ secrets, slackApiUrl: desk.apiUrl, timers }) };
  }

  it('asks once for clicks at the same time, and anew for each later one', async () => {
    const { desk, web } = await connected();
    await Promise.all(Array.from({ length: 40 }, () => web.user('U0PERSON1')));
    expect(desk.callsOf('users.info')).toHaveLength(1);
    desk.setUser('U0PERSON1', { deleted: true });
    expect(await web.user('U0PERSON1')).toMatchObject({ deleted: true });
  });

  it('takes what it was told within half a minute where Slack can be asked no more', async () => {
    const { timers, desk, web } = await connected();
    for (let i = 0; i < 100; i += 1) await web.user('U0PERSON1');
    for (let i = 0; i < 100; i += 1) expect(await web.user('U0PERSON1')).toMatchObject({ id: 'U0PERSON1' });
    expect(desk.callsOf('users.info')).toHaveLength(100);
    timers.advance(30_000);
    await expect(web.user('U0PERSON1')).rejects.toMatchObject({ retryAfter: 31 });
  });

  it('does not remember that it could not ask', async () => {
    const { desk, web } = await connected();
    desk.faults.next('users.info', { status: 500 });
    await expect(web.user('U0PERSON1')).rejects.toMatchObject({ statusCode: 500 });
    expect(await web.user('U0PERSON1')).toMatchObject({ id: 'U0PERSON1' });
  });

  it('lets more people than Slack takes in a minute wait, and turns away who would wait too long', async () => {
    const { timers, desk, web } = await connected();
    await Promise.all(Array.from({ length: 100 }, (_, i) => web.user(`U0PERSON${i}`)));
    await expect(web.user('U0PERSON101')).rejects.toMatchObject({ retryAfter: 61 });
    timers.advance(55_000);
    const waiting = web.user('U0PERSON101');
    await waitFor(() => expect(timers.next).toBe(6_000));
    expect(desk.callsOf('users.info')).toHaveLength(100);
    timers.advance(6_000);
    expect(await waiting).toMatchObject({ id: 'U0PERSON101' });
    expect(desk.calls.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  });
});
