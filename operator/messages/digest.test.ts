import { describe, expect, it } from 'vitest';
import {
  DIGEST_ABOVE,
  DIGEST_RETRY_MS,
  DIGEST_REUSED_MS,
  DIGEST_UPDATE_MS,
  type DigestMemory,
  digestOf,
  digestStep,
  NO_DIGEST,
} from './digest.ts';

const NOW = Date.parse('2026-11-02T10:00:30Z');
const MANY = DIGEST_ABOVE + 1;
const stands = (change: Partial<DigestMemory> = {}): DigestMemory => ({
  messageID: '1.1',
  since: NOW - DIGEST_UPDATE_MS,
  said: 30,
  saidAt: NOW - DIGEST_UPDATE_MS,
  ...change,
});
const ended = (change: Partial<DigestMemory> = {}) => stands({ said: 0, ...change });
const justNow = { saidAt: NOW - DIGEST_UPDATE_MS + 1 };
const failedAgo = (ms: number) => ({ failedAt: NOW - ms });

describe('what a digest needs', () => {
  it.each<[string, number, DigestMemory, string]>([
    ['nothing waits', 0, NO_DIGEST, 'None'],
    ['as many wait as need none', DIGEST_ABOVE, NO_DIGEST, 'None'],
    ['one more: another process may have posted', MANY, NO_DIGEST, 'Look'],
    ['none was found', MANY, { ...NO_DIGEST, looked: true }, 'Post'],
    ['none was found, and fewer wait by now', DIGEST_ABOVE, { ...NO_DIGEST, looked: true }, 'None'],
    ['it says the count', 30, stands(), 'None'],
    ['it says another count', 40, stands(), 'Update'],
    ['it says another count, but only just', 40, stands(justNow), 'None'],
    ['it does not end where as many wait as would begin none', 1, stands(justNow), 'None'],
    ['what it says was found and is not known', 30, stands({ said: -1, saidAt: 0 }), 'Update'],
    ['nothing waits any more, which is said at once', 0, stands(justNow), 'Update'],
    ['that nothing waits is said once', 0, ended(), 'None'],
    ['it ended, and as many wait as need none', DIGEST_ABOVE, ended(), 'None'],
    ['it ended, and many wait again', MANY, ended(), 'Update'],
    ['it ended only just, and many wait again', MANY, ended(justNow), 'None'],
    ['it ended, is old, and many wait again', MANY, ended({ since: NOW - DIGEST_REUSED_MS }), 'Look'],
    ['it is old, but has not ended', 40, stands({ since: NOW - DIGEST_REUSED_MS }), 'Update'],
    ['a call failed only just', MANY, { ...NO_DIGEST, ...failedAgo(DIGEST_RETRY_MS - 1) }, 'None'],
    ['a call failed', MANY, { ...NO_DIGEST, ...failedAgo(DIGEST_RETRY_MS) }, 'Look'],
    ['its end could not be said only just', 0, stands(failedAgo(DIGEST_RETRY_MS - 1)), 'None'],
    ['its end could not be said', 0, stands(failedAgo(DIGEST_RETRY_MS)), 'Update'],
  ])('%s', (_, waiting, memory, step) => {
    expect(digestStep(waiting, memory, NOW)).toBe(step);
  });
});

describe('what a digest says', () => {
  const say = (namespaces: readonly string[]) =>
    digestOf({ channel: 'C1', namespaces, postIntervalMs: 1_000, now: new Date(NOW) });

  it('how many wait, until when, whose, how to list them all, and when that was so', () => {
    expect(say([...Array(60).fill('shop'), ...Array(61).fill('billing')])).toEqual({
      channel: 'C1',
      headline: '121 requests wait for this channel',
      lines: [
        'Each follows in full, the most urgent first: the last in about 3 minutes.',
        'By namespace: billing 61, shop 60.',
        'All: kubectl get checkpoints --all-namespaces --field-selector status.settled!=true',
        'As of 2026-11-02 10:00 UTC.',
      ],
    });
  });

  it('names only a few of many namespaces, and says how many more there are', () => {
    const { lines } = say(Array.from({ length: 5_000 }, (_, i) => `team-${i}`));
    expect(lines[1]).toBe('By namespace: team-0 1, team-1 1, team-10 1, team-100 1, team-1000 1, 4995 more.');
  });

  it('that nothing waits any more', () => {
    expect(say([]).headline).toBe('No requests wait for this channel any more');
    expect(say(['shop']).headline).toBe('1 request waits for this channel');
  });
});
