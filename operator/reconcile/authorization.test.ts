import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Checkpoint, CheckpointReview } from '../../crds/types.ts';
import { createLogger } from '../log.ts';
import { PassRights } from './authorization.ts';
import type { Ports } from './ports.ts';

const CREATED = '2026-11-02T10:00:00Z';
const log = createLogger('silent');

const checkpoint: Checkpoint = {
  metadata: { name: 'refund', namespace: 'shop', uid: 'u-1', creationTimestamp: CREATED },
  spec: { action: 'refund', timeoutSeconds: 600, requester: { username: 'ada' } },
};

function review(
  username: string,
  verdict: 'Approve' | 'Deny' = 'Approve',
  rest: object = {},
): CheckpointReview {
  return {
    metadata: { name: 'r', namespace: 'shop', creationTimestamp: CREATED, ...rest },
    spec: { checkpoint: { name: 'refund', uid: 'u-1' }, verdict, reviewer: { username, groups: ['g'] } },
  };
}

const many = (count: number) => Array.from({ length: count }, (_, i) => review(`person-${i}`));
const yes = () => vi.fn(async (_: CheckpointReview) => true);

function rights(mayReview: Ports['mayReview'], limits?: { atOnce: number; ms: number }): PassRights {
  return new PassRights({ mayReview, log }, checkpoint, limits);
}

describe('rights', () => {
  it('are asked once for each person, groups and verdict, however many reviews there are', async () => {
    const mayReview = vi.fn(async ({ spec }: CheckpointReview) => spec.reviewer?.groups?.[0] === 'g');
    const other = review('mia');
    const otherGroups = { ...other, spec: { ...other.spec, reviewer: { username: 'mia', groups: ['h'] } } };
    const reviews = [
      ...Array.from({ length: 5_000 }, () => review('mia')),
      review('mia', 'Deny'),
      review('tom'),
      otherGroups,
    ];
    const facts = await rights(mayReview).of(reviews);
    expect(mayReview).toHaveBeenCalledTimes(4);
    expect(facts).toHaveLength(5_003);
    expect(facts.filter(({ allowed }) => allowed !== true)).toEqual([
      { review: otherGroups, allowed: false },
    ]);
  });

  it('are asked of denials first, then of the oldest, and not of what could not count', async () => {
    const mayReview = yes();
    const later = { creationTimestamp: '2026-11-02T10:00:05Z' };
    const reviews = [review('c', 'Approve', later), review('b'), review('a', 'Deny', later), review('ada')];
    await rights(mayReview).of(reviews);
    expect(mayReview.mock.calls.map(([{ spec }]) => spec.reviewer?.username)).toEqual(['a', 'b', 'c']);
  });

  it('are asked a few at a time', async () => {
    let [now, most] = [0, 0];
    const mayReview = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return true;
    };
    const facts = await rights(mayReview).of(many(500));
    expect([most, facts.every(({ allowed }) => allowed)]).toEqual([16, true]);
  });

  it('are asked once in a pass, also where the reviews are listed again', async () => {
    const mayReview = yes();
    const pass = rights(mayReview);
    await pass.of(many(3));
    expect(await pass.of(many(4))).toHaveLength(4);
    expect(mayReview).toHaveBeenCalledTimes(4);
  });

  it('are left open where the API server is too slow for all of them', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const mayReview = vi.fn(async (_: CheckpointReview) => Boolean(vi.advanceTimersByTime(20)));
    const facts = await rights(mayReview, { atOnce: 2, ms: 50 }).of(many(100));
    expect(mayReview).toHaveBeenCalledTimes(3);
    expect(facts.filter(({ allowed }) => allowed === true)).toHaveLength(3);
    expect(facts.filter(({ allowed }) => allowed === undefined)).toHaveLength(97);
  });

  it('are asked no more after a call that failed, which ends the pass', async () => {
    const mayReview = vi.fn(() => Promise.reject(new Error('no answer')));
    await expect(rights(mayReview).of(many(5_000))).rejects.toThrow('no answer');
    expect(mayReview.mock.calls.length).toBeLessThanOrEqual(16);
  });
});
