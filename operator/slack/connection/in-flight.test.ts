import { expect, it } from 'vitest';
import { settle } from '../../../test/support/eventually.ts';
import { InFlight } from './in-flight.ts';

it('is drained when what was begun has ended, and what was begun meanwhile', async () => {
  const inFlight = new InFlight();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  void inFlight.follow(first.promise);
  let isDrained = false;
  const drained = inFlight.drained(600_000).then(() => {
    isDrained = true;
  });
  void inFlight.follow(second.promise).catch(() => undefined);
  first.resolve();
  await settle();
  expect(isDrained).toBe(false);
  second.reject(new Error('a failure is an end too'));
  await drained;
});

it('waits no longer than its limit', async () => {
  const inFlight = new InFlight();
  void inFlight.follow(new Promise(() => undefined));
  await inFlight.drained(10);
});
