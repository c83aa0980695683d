import { expect, it } from 'vitest';
import { TimeSlices } from './time-slices.ts';

/** Work that keeps the thread busy. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('runs one piece of work after another, in the order in which they came', async () => {
  const slices = new TimeSlices();
  const done: number[] = [];
  await Promise.all([1, 2, 3].map((each) => slices.run(() => done.push(each))));
  expect(done).toEqual([1, 2, 3]);
});

it('lets what waits for the event loop have its turn between two pieces that take long', async () => {
  const slices = new TimeSlices();
  const order: string[] = [];
  const all = ['a', 'b', 'c'].map((name) =>
    slices.run(() => {
      busy(15);
      order.push(name);
      setImmediate(() => order.push(`after ${name}`));
    }),
  );
  await Promise.all(all);
  expect(order.indexOf('after a')).toBeLessThan(order.indexOf('c'));
});

it('gives what the work gives, and throws what it throws, and goes on', async () => {
  const slices = new TimeSlices();
  const failing = slices.run(() => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await slices.run(() => 7)).toBe(7);
});
