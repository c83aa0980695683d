import { describe, expect, it } from 'vitest';
import { ChannelQueues } from './channel-queue.ts';
import type { QueuedMessage } from './queued-message.ts';

const LINE = { name: 'posts', kind: 'Post', provider: 'Slack', channel: 'C0000DEFAULT' } as const;
const queued = (id: string, deadline: number, rest: Partial<QueuedMessage> = {}): QueuedMessage => ({
  id,
  kind: 'Post',
  provider: 'Slack',
  channel: 'C0000DEFAULT',
  namespace: id[0] ?? '',
  rank: 0,
  deadline,
  wake: () => undefined,
  ...rest,
});

function lineOf(...queued: QueuedMessage[]): ChannelQueues {
  const line = new ChannelQueues(LINE);
  for (const each of queued) line.put(each);
  return line;
}

const sent = (line: ChannelQueues, times: number): (string | undefined)[] =>
  Array.from({ length: times }, () => line.next()?.id);

describe('the line of a channel', () => {
  it('sends the nearest deadline of one namespace first', () => {
    const line = lineOf(...[5, 3, 1, 4, 2].map((deadline) => queued(`a${deadline}`, deadline)));
    expect(['a1', 'a2', 'a3', 'a4', 'a5'].map((id) => line.placeOf(id))).toEqual([0, 1, 2, 3, 4]);
    expect(sent(line, 6)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', undefined]);
  });

  it('keeps no namespace waiting for another that always asks with a nearer deadline', () => {
    const line = lineOf(queued('b1', 1_800), queued('a0', 10));
    const order: (string | undefined)[] = [];
    for (let asked = 1; asked <= 20; asked += 1) {
      line.put(queued(`a${asked}`, 10 + asked));
      order.push(line.next()?.id);
    }
    expect(order.indexOf('b1')).toBe(3);
  });

  it('lets every namespace that waits have its turn, however many ask for much', () => {
    const many = ['a', 'c', 'd'].flatMap((name) =>
      Array.from({ length: 50 }, (_, i) => queued(`${name}${i}`, i)),
    );
    const line = lineOf(...many, queued('b1', 1_800), queued('b2', 1_900));
    const place = line.placeOf('b1') ?? Number.NaN;
    const order = sent(line, 60);
    expect(place).toBe(16);
    expect(order.indexOf('b1')).toBeLessThanOrEqual(place);
    expect(order).toContain('b2');
  });

  it('never lets a turn go before what ranks better', () => {
    const line = lineOf(
      ...Array.from({ length: 8 }, (_, i) => queued(`a${i}`, i)),
      queued('b1', 1, { rank: 1 }),
    );
    expect(sent(line, 9).at(-1)).toBe('b1');
  });

  it('counts who waits by rank, whatever the deadlines, and who has left no more', () => {
    const line = lineOf(
      queued('a1', 9),
      queued('a2', 1, { rank: 1 }),
      queued('a3', 5),
      queued('a4', 2, { rank: 2 }),
    );
    expect([0, 1, 2].map((rank) => line.countTo(rank))).toEqual([2, 3, 4]);
    expect(line.ofRank(0).map(({ id }) => id)).toEqual(['a1', 'a3']);
    line.remove('a3');
    line.next();
    expect([0, 1, 2].map((rank) => line.countTo(rank))).toEqual([0, 1, 2]);
  });
});
