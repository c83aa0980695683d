import { expect, test } from 'vitest';
import { SCENARIO_MS, underLoad } from './support/under-load.ts';
import { installed } from './support/world.ts';

test(
  'twenty checkpoints a second, of every kind, each end once and rightly',
  async () => {
    const world = await installed();
    const { asked } = await underLoad(world, { name: 'steady' }, () => Promise.resolve());
    expect(new Set(asked.map(({ shape }) => shape.kind)).size).toBe(5);
  },
  SCENARIO_MS,
);
