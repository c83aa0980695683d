import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'vitest';
import { SCENARIO_MS, underLoad } from '../support/under-load.ts';
import { installed } from '../support/world.ts';

/** A minute for figures; in seconds. */
const DOWN_SECONDS = Number(process.env['SLACK_DOWN_SECONDS'] || 10);

test(
  'Slack is down: rules and deadlines decide as ever, and nothing is posted twice when it is back',
  async () => {
    const world = await installed();
    await underLoad(world, { name: `Slack down for ${DOWN_SECONDS} s` }, async () => {
      world.desk.faults.down();
      await delay(DOWN_SECONDS * 1000);
      world.desk.faults.up();
    });
  },
  SCENARIO_MS,
);
