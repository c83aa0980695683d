import { expect, it } from 'vitest';
import type { MessageView, Notifier } from '../messages/message.ts';
import { slackIsOff } from '../slack/posting/notifier.ts';
import { fencedNotifier } from './fenced-notifier.ts';

it('sends what it may, and nothing from the moment that it may not; what only reads goes on', async () => {
  const calls: string[] = [];
  const called = <T>(name: string, result: T): Promise<T> => {
    calls.push(name);
    return Promise.resolve(result);
  };
  const failure = { ok: false, reason: 'Test', message: 'a test' } as const;
  const notifier: Notifier = {
    ...slackIsOff,
    check: () => called('check', undefined),
    find: () => called('find', { ok: true } as const),
    post: () => called('post', failure),
    update: () => called('update', failure),
    permalink: () => called('permalink', undefined),
  };
  let leads = true;
  const fenced = fencedNotifier(notifier, () => leads);
  const view = {} as MessageView;
  const everything = () =>
    Promise.allSettled([
      fenced.check('C1'),
      fenced.find(view, new Date(0)),
      fenced.permalink('C1', '1'),
      fenced.post(view, { replaces: false }),
      fenced.update(view, '1'),
    ]);
  await everything();
  expect(calls.splice(0)).toEqual(['check', 'find', 'permalink', 'post', 'update']);
  leads = false;
  const results = await everything();
  expect(calls).toEqual(['check', 'find', 'permalink']);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
  ]);
  expect(fenced.off).toEqual(slackIsOff.off);
});
