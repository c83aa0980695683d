import { describe, expect, it } from 'vitest';
import { ServerClock } from './clock.ts';

const START = Date.parse('2026-11-23T12:00:00Z');

/** Answers of a server that is `offset` milliseconds ahead, every 130 ms, each under way for 20 ms. */
function observe(clock: ServerClock, local: { now: number }, offset: number, answers: number): void {
  for (let i = 0; i < answers; i += 1) {
    const sentAt = clock.mark();
    local.now += 20;
    clock.observe(new Date(local.now - 10 + offset).toUTCString(), sentAt);
    local.now += 110;
  }
}

describe("the server's clock", () => {
  it.each([0, 400, -400, 3_600_000, -3_600_000, 12_345])(
    'is found within 150 ms where it is off by %i',
    (offset) => {
      const local = { now: START };
      const clock = new ServerClock(() => local.now);
      observe(clock, local, offset, 20);
      expect(Math.abs(clock.offsetMs - offset)).toBeLessThanOrEqual(150);
      expect(clock.now().getTime()).toBe(local.now + clock.offsetMs);
    },
  );

  it('is found again after somebody set a clock', () => {
    const local = { now: START };
    const clock = new ServerClock(() => local.now);
    observe(clock, local, 0, 20);
    observe(clock, local, 60_000, 20);
    expect(Math.abs(clock.offsetMs - 60_000)).toBeLessThanOrEqual(150);
  });

  it('is ours until the server said something, and stays so after nonsense', () => {
    const clock = new ServerClock(() => START);
    expect(clock.offsetMs).toBe(0);
    clock.observe('tomorrow', START);
    clock.observe(undefined, START);
    expect(clock.offsetMs).toBe(0);
  });
});
