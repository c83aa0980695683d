import { describe, expect, it } from 'vitest';
import { ManualTimers } from '../../../test/support/manual-timers.ts';
import { createLogger } from '../../log.ts';
import type { Pace } from '../../messages/provider.ts';
import type { QueuedMessage } from './queued-message.ts';
import { DeliverySchedule } from './schedule.ts';

const START = Date.parse('2026-11-02T10:00:00Z');
const [ONE, OTHER] = ['C0000000ONE', 'C00000OTHER'];
const ONE_KEY = `Slack/${ONE}`;

/** A chat product that takes everything at once. */
const pace: Pace = { waitMs: () => 0, take: () => undefined, postIntervalMs: 1_000 };

function schedule() {
  const timers = new ManualTimers();
  const now = () => new Date(START + timers.now());
  const woken: string[] = [];
  const made = new DeliverySchedule({
    providerOf: () => ({ pace }),
    timers,
    now,
    log: createLogger('silent'),
  });
  const wants = (id: string, deadline: number, channel = ONE): boolean => {
    const queued: QueuedMessage = {
      id,
      kind: 'Post',
      provider: 'Slack',
      channel,
      namespace: 'shop',
      rank: 0,
      deadline,
      wake: () => woken.push(id),
    };
    return made.hasTurn(queued);
  };
  return { timers, made, wants, woken, now };
}

describe('after a hand-over', () => {
  it('the nearest deadline goes first, though it comes last', () => {
    const { made, wants, woken, now } = schedule();
    made.gather(
      now(),
      ['late', 'later', 'near'].map((id) => ({ id, channel: ONE_KEY })),
    );
    expect([wants('late', 2), wants('later', 3)]).toEqual([false, false]);
    expect(wants('near', 1)).toBe(true);
    made.leave('near');
    expect(woken).toEqual(['late']);
  });

  it('who turns out not to come is waited for no more', () => {
    const { made, wants, woken, now } = schedule();
    made.gather(
      now(),
      ['late', 'decided'].map((id) => ({ id, channel: ONE_KEY })),
    );
    expect(wants('late', 2)).toBe(false);
    made.leave('decided');
    expect(woken).toEqual(['late']);
  });

  it('who never comes is not waited for longer than ten seconds, and other channels not at all', () => {
    const { timers, made, wants, woken, now } = schedule();
    made.gather(now(), [{ id: 'silent', channel: ONE_KEY }]);
    expect(wants('elsewhere', 1, OTHER)).toBe(true);
    expect(wants('here', 1)).toBe(false);
    timers.advance(9_999);
    expect(woken).toEqual([]);
    timers.advance(1);
    expect(woken).toEqual(['here']);
  });

  it('a question that is asked before the others may go does not wait for them', () => {
    const { timers, made, wants, now } = schedule();
    made.gather(new Date(now().getTime() + 15_000), [{ id: 'late', channel: ONE_KEY }]);
    expect(wants('new', 9)).toBe(true);
    made.leave('new');
    // A pass that finds that it is too early leaves the line again.
    made.leave('late');
    timers.advance(15_000);
    expect(wants('newer', 8)).toBe(false);
    expect(wants('late', 2)).toBe(true);
  });
});
