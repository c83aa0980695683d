import { pino } from 'pino';
import { expect, it } from 'vitest';
import { API_VERSION } from '../../crds/names.ts';
import type { ObjectMeta } from '../../crds/types.ts';
import { ServerClock } from './clock.ts';
import { EventWriter } from './events.ts';

interface Stored {
  readonly note: string;
  readonly eventTime: string;
}

function slowServer() {
  const open: { event: Stored; answer: () => void; fail: (error: Error) => void }[] = [];
  const create = <T>(_: unknown, object: { metadata: ObjectMeta }): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const event = object as unknown as Stored;
    open.push({ event, answer: () => resolve(object as T), fail: reject });
    return promise;
  };
  return { open, create };
}

const DETAILS = {
  object: { apiVersion: API_VERSION, kind: 'Checkpoint', metadata: { name: 'a', namespace: 'shop' } },
  type: 'Normal',
  reason: 'PersonApproved',
  action: 'Decide',
} as const;

it('Events are written one at a time and in order, each with the time at which it happened', async () => {
  const { open, create } = slowServer();
  const client = { create, clock: new ServerClock() };
  const events = new EventWriter({ client, instance: 'here', log: pino({ level: 'silent' }) });
  for (const note of ['one', 'two', 'three']) events.write({ ...DETAILS, note });
  const happened = Date.now();
  expect(open).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  open[0]?.fail(new Error('too busy'));
  await expect.poll(() => open.length).toBe(2);
  open[1]?.answer();
  await expect.poll(() => open.length).toBe(3);
  open[2]?.answer();
  await events.written();
  expect(open.map(({ event }) => event.note)).toEqual(['one', 'two', 'three']);
  for (const { event } of open) expect(Date.parse(event.eventTime)).toBeLessThanOrEqual(happened);
});

it('an Event that finds too many waiting is not kept', async () => {
  const { open, create } = slowServer();
  const client = { create, clock: new ServerClock() };
  const events = new EventWriter({ client, instance: 'here', log: pino({ level: 'silent' }), limit: 2 });
  for (const note of ['one', 'two', 'three']) events.write({ ...DETAILS, note });
  open[0]?.answer();
  await expect.poll(() => open.length).toBe(2);
  events.write({ ...DETAILS, note: 'four' });
  open[1]?.answer();
  await expect.poll(() => open.length).toBe(3);
  open[2]?.answer();
  await events.written();
  expect(open.map(({ event }) => event.note)).toEqual(['one', 'two', 'four']);
});
