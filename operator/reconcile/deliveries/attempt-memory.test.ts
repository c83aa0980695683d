import { describe, expect, it } from 'vitest';
import type { Checkpoint, Notification } from '../../../crds/types.ts';
import { POST_WITHIN_MS, TAKEOVER_MS } from '../../messages/timing.ts';
import { AttemptMemory } from './attempt-memory.ts';

const intent: Notification = { provider: 'Slack', channel: 'C0000DEFAULT', state: 'Pending', attempts: 1 };
const before: Checkpoint = { metadata: { name: 'c', namespace: 'shop', uid: 'u1' }, spec: { action: 'a' } };
const after: Checkpoint = { ...before, status: { notifications: [intent] } };
const start = new Date('2026-11-02T10:00:00Z');
const later = (ms: number): Date => new Date(start.getTime() + ms);

function refusedPost(attempts: AttemptMemory, isThere: 'No' | 'Perhaps'): void {
  attempts.begun(after, intent, start);
  attempts.answered(after, intent, start, isThere);
}

describe('attempts to deliver', () => {
  it('act at once on an intent that this process just wrote, and only once', () => {
    const attempts = new AttemptMemory();
    attempts.noteIntents(before, after, start);
    expect(attempts.noteSeen(after, intent, start).dueAt).toEqual(start);
    expect(attempts.takeIntent(after, intent, start)).toBe(true);
    expect(attempts.takeIntent(after, intent, start)).toBe(false);
  });

  it('leave an intent that grew old to a claim, so that it cannot overlap with a takeover', () => {
    const attempts = new AttemptMemory();
    attempts.noteIntents(before, after, start);
    expect(attempts.takeIntent(after, intent, later(POST_WITHIN_MS))).toBe(false);
  });

  it.each([
    [
      'an intent that was not acted on',
      (attempts: AttemptMemory) => attempts.noteIntents(before, after, start),
      undefined,
    ],
    ['a claim', (attempts: AttemptMemory) => attempts.noteClaim(after, intent, start), undefined],
    ['a post that was refused', (attempts: AttemptMemory) => refusedPost(attempts, 'No'), undefined],
    ['a post that may have arrived', (attempts: AttemptMemory) => refusedPost(attempts, 'Perhaps'), start],
    ["another process's attempt", () => undefined, later(TAKEOVER_MS)],
  ] as const)(
    'leave in doubt whether a message is there only where it may be: after %s',
    (_, before, doubt) => {
      const attempts = new AttemptMemory();
      before(attempts);
      expect(attempts.noteSeen(after, intent, start).doubtUntil).toEqual(doubt);
      attempts.failed(after, intent, start);
      expect(attempts.noteSeen(after, intent, later(5_000)).doubtUntil).toEqual(doubt);
    },
  );

  it("wait until another process's attempt must have ended", () => {
    const attempts = new AttemptMemory();
    expect(attempts.noteSeen(after, intent, start).dueAt).toEqual(later(TAKEOVER_MS));
    expect(attempts.noteSeen(after, intent, later(1000)).dueAt).toEqual(later(TAKEOVER_MS));
    expect(attempts.takeIntent(after, intent, later(TAKEOVER_MS))).toBe(false);
  });

  it("begin that wait again when another process's attempt is seen, also after one of their own", () => {
    const attempts = new AttemptMemory();
    attempts.noteSeen(after, intent, start);
    const claimed = { ...intent, attempts: 2 };
    expect(attempts.noteSeen(after, claimed, later(TAKEOVER_MS)).dueAt).toEqual(later(2 * TAKEOVER_MS));
    attempts.failed(after, claimed, later(1000));
    expect(attempts.noteSeen(after, { ...intent, attempts: 3 }, later(5000)).dueAt).toEqual(
      later(5000 + TAKEOVER_MS),
    );
  });

  it('back off where another process tried and failed, so that the two do not drive each other', () => {
    const attempts = new AttemptMemory();
    attempts.failed(after, intent, start);
    attempts.failed(after, { ...intent, state: 'Failed', attempts: 2 }, start);
    const failed: Notification = { ...intent, state: 'Failed', attempts: 3 };
    expect(attempts.noteSeen(after, failed, later(1000)).dueAt).toEqual(later(1000 + 4000));
  });

  it('double the wait after each failure, from a second to five minutes', () => {
    const attempts = new AttemptMemory();
    const waits = Array.from(
      { length: 11 },
      () => attempts.failed(after, intent, start).getTime() - start.getTime(),
    );
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000));
    attempts.succeeded(after, intent);
    expect(attempts.failed(after, intent, start)).toEqual(later(1000));
  });

  it('never come before the chat product allows', () => {
    expect(new AttemptMemory().failed(after, intent, start, 30)).toEqual(later(30_000));
  });

  it('are forgotten with their checkpoint', () => {
    const attempts = new AttemptMemory();
    attempts.failed(after, intent, start, 30);
    attempts.forget(after);
    expect(attempts.noteSeen(after, { ...intent, state: 'Failed' }, start).dueAt).toEqual(start);
  });
});

describe('while another process delivers', () => {
  const posted: Notification = { ...intent, state: 'Sent', messageID: '1' };
  const withNotification = (notification: Notification): Checkpoint => ({
    ...before,
    status: { notifications: [notification] },
  });

  it('a claim is waited for from when it was first seen, not from when this one takes over', () => {
    const attempts = new AttemptMemory();
    attempts.observe(after, start);
    attempts.observe(after, later(5_000));
    expect(attempts.noteSeen(after, intent, later(20_000)).dueAt).toEqual(later(TAKEOVER_MS));
    const again = { ...intent, attempts: 2 };
    attempts.observe(withNotification(again), later(10_000));
    expect(attempts.noteSeen(withNotification(again), again, later(20_000)).dueAt).toEqual(
      later(10_000 + TAKEOVER_MS),
    );
  });

  it('what it has brought is remembered no more', () => {
    const attempts = new AttemptMemory();
    attempts.observe(after, start);
    attempts.observe(withNotification(posted), later(1_000));
    expect(attempts.noteSeen(after, intent, later(2_000)).dueAt).toEqual(later(2_000 + TAKEOVER_MS));
  });

  it.each([
    ['has ended all its work, nothing is waited for', true, later(1_000)],
    [
      'may have work under way, all is waited for until the last of it has ended',
      false,
      later(500 + TAKEOVER_MS),
    ],
  ])('and it %s; what it may have posted is looked for', (_, othersHaveEnded, endsAt) => {
    const attempts = new AttemptMemory();
    const other = { ...after, metadata: { ...after.metadata, uid: 'u2' } };
    attempts.observe(after, start);
    attempts.observe(other, later(500));
    const channel = 'Slack/C0000DEFAULT';
    expect(attempts.takeOver(othersHaveEnded, later(1_000))).toEqual({
      endsAt,
      claims: [
        { uid: 'u1', channel },
        { uid: 'u2', channel },
      ],
    });
    for (const each of [after, other]) {
      expect(attempts.noteSeen(each, intent, later(1_000)).dueAt).toEqual(endsAt);
      expect(attempts.noteSeen(each, intent, later(1_000)).doubtUntil).toEqual(endsAt);
    }
  });
});
