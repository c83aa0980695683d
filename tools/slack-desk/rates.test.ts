import { describe, expect, it } from 'vitest';
import { ask, CHANNEL, client, desk } from './fixture.ts';
import { SlackRates } from './rates.ts';

function setUp() {
  let now = 0;
  const rates = new SlackRates(() => now);
  const call = (method: string, args = {}) => rates.refuse(method, args);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { call, pass };
}

describe('the double of Slack’s limits', () => {
  it('takes a short burst to a channel, then one a second', () => {
    const { call, pass } = setUp();
    const post = () => call('chat.postMessage', { channel: CHANNEL });
    expect([post(), post(), post(), post(), post()]).toEqual([undefined, undefined, undefined, undefined, 1]);
    for (let i = 0; i < 20; i += 1) {
      pass(1000);
      expect(post()).toBeUndefined();
    }
    expect(post()).toBe(1);
  });

  it('refuses the whole method until the time that it named has passed', () => {
    const { call, pass } = setUp();
    for (let i = 0; i < 5; i += 1) call('chat.postMessage', { channel: CHANNEL });
    expect(call('chat.postMessage', { channel: 'C0OTHER001' })).toBe(1);
    expect(call('chat.update')).toBeUndefined();
    pass(1000);
    expect(call('chat.postMessage', { channel: 'C0OTHER001' })).toBeUndefined();
  });

  it.each([
    ['chat.update', 50],
    ['conversations.history', 50],
    ['users.info', 100],
    ['views.open', 100],
  ])('takes %s %i times in any minute', (method, calls) => {
    const { call, pass } = setUp();
    for (let i = 0; i < calls; i += 1) {
      expect(call(method)).toBeUndefined();
      pass(10);
    }
    const wait = call(method) ?? 0;
    expect(wait).toBe(Math.ceil((60_000 - calls * 10) / 1000));
    pass(wait * 1000);
    expect(call(method)).toBeUndefined();
  });

  it('has a limit for the workspace too', () => {
    const { call } = setUp();
    const waits = Array.from({ length: 80 }, (_, i) => call('chat.postMessage', { channel: `C${i}` }));
    expect(waits.filter((wait) => wait === undefined)).toHaveLength(60);
  });

  it('answers with 429 and Retry-After where it is asked to, and is off otherwise', async () => {
    const at = await desk({ rates: true });
    for (let i = 0; i < 4; i += 1) await ask(at);
    await expect(client(at).chat.postMessage({ channel: CHANNEL, text: 'a' })).rejects.toMatchObject({
      retryAfter: 1,
    });
    expect(at.calls.at(-1)?.outcome).toBe('ratelimited');
    const lenient = await desk();
    for (let i = 0; i < 10; i += 1) await ask(lenient);
  });
});
