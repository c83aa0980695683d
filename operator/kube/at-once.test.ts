import { expect, it } from 'vitest';
import { AtOnce } from './at-once.ts';

it('runs no more than its limit at the same time, first come, first served, also after a failure', async () => {
  const atOnce = new AtOnce(2);
  const begun: number[] = [];
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const runs = ends.map(({ promise }, i) =>
    atOnce.run(() => {
      begun.push(i);
      return promise;
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error('it failed'));
  await expect(runs[1]).rejects.toThrow('it failed');
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of ends) resolve();
  await Promise.all(runs.filter((_, i) => i !== 1));
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  await atOnce.run(() => Promise.resolve(begun.push(5)));
  expect(begun.at(-1)).toBe(5);
});
