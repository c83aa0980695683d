import { describe, expect, it } from 'vitest';
import { ManualTimers } from '../../../test/support/manual-timers.ts';
import { createLogger } from '../../log.ts';
import { DIGEST_ABOVE } from '../../messages/digest.ts';
import type { DigestDelivery, Digests, Search } from '../../messages/provider.ts';
import { ChannelDigests } from './channel-digests.ts';
import type { Line } from './queued-message.ts';

const LINE: Line = { name: 'Slack/C1', kind: 'Post', provider: 'Slack', channel: 'C1' };
const FAILURE = { ok: false, reason: 'Test', message: 'a test' } as const;
const SENT = { ok: true, messageID: '1.1' } as const;

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

interface Answers {
  search: Search;
  post: DigestDelivery | Error;
  update: DigestDelivery;
}

/** Digests of one channel for which many questions wait; each call is answered as `answers` says at that time. */
function setUp() {
  const timers = new ManualTimers();
  const calls: string[] = [];
  const answers: Answers = { search: { ok: true }, post: SENT, update: SENT };
  const answered = async <T>(call: string, answer: T | Error): Promise<T> => {
    calls.push(call);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const digests: Digests = {
    search: () => answered('search', answers.search),
    post: () => answered('post', answers.post),
    update: () => answered('update', answers.update),
  };
  const made = new ChannelDigests({
    providerOf: () => ({
      digests,
      pace: { waitMs: () => 0, take: () => undefined, postIntervalMs: 1_000 },
    }),
    countIn: () => DIGEST_ABOVE + 1,
    waitingIn: () => Array(DIGEST_ABOVE + 1).fill('shop'),
    turn: () => Promise.resolve(),
    leave: (id) => calls.push(id),
    timers,
    log: createLogger('silent'),
    now: () => new Date(1_700_000_000_000 + timers.now()),
  });
  const move = async () => {
    made.moved(LINE);
    await settled();
    made.wanted(LINE)?.wake();
    await settled();
    return calls.splice(0);
  };
  return { timers, answers, made, move };
}

const POSTED = ['search', 'post', 'digest Post Slack/C1'];
const UPDATED = ['update', 'digest Update Slack/C1'];

describe('a digest', () => {
  it('is posted once, and leaves its turn', async () => {
    const { move } = setUp();
    expect(await move()).toEqual(POSTED);
    expect(await move()).toEqual([]);
  });

  it('whose answer was lost is looked for before the next post, a minute later, and not posted twice', async () => {
    const { timers, answers, move } = setUp();
    answers.post = { ...FAILURE, inDoubt: true };
    expect(await move()).toEqual(POSTED);
    timers.advance(59_999);
    expect(await move()).toEqual([]);
    answers.search = { ok: true, messageID: '1.1' };
    timers.advance(1);
    expect(await move()).toEqual(['search', ...UPDATED]);
    timers.advance(600_000);
    expect((await move()).filter((call) => call === 'post')).toEqual([]);
  });

  it('that somebody deleted is looked for, and posted anew', async () => {
    const { timers, answers, move } = setUp();
    answers.search = { ok: true, messageID: '1.1' };
    answers.update = { ...FAILURE, lost: true };
    expect(await move()).toEqual(['search', ...UPDATED]);
    answers.search = { ok: true };
    timers.advance(60_000);
    expect(await move()).toEqual(POSTED);
  });

  it('that may not be sent, because this process leads no more, is dropped and leaves its turn', async () => {
    const { answers, move } = setUp();
    answers.post = new Error('this process does not lead');
    expect(await move()).toEqual(POSTED);
    expect(await move()).toEqual([]);
  });

  it('is not looked for while a predecessor may still post, and what was known before counts no more', async () => {
    const { timers, made, move } = setUp();
    await move();
    made.begin(new Date(1_700_000_000_000 + 30_000));
    timers.advance(29_999);
    expect(await move()).toEqual([]);
    timers.advance(1);
    expect(await move()).toEqual(POSTED);
  });
});
