import { expect, it } from 'vitest';
import type { DigestView, MessageView } from '../messages/message.ts';
import type { ChatProvider } from '../messages/provider.ts';
import { slackIsOff } from '../slack/posting/notifier.ts';
import { fencedProvider } from './fenced-provider.ts';

it('sends what it may, and nothing from the moment that it may not; what only reads goes on', async () => {
  const calls: string[] = [];
  const called = <T>(name: string, result: T): Promise<T> => {
    calls.push(name);
    return Promise.resolve(result);
  };
  const failure = { ok: false, reason: 'Test', message: 'a test' } as const;
  const provider: ChatProvider = {
    ...slackIsOff(),
    problemOf: () => called('problemOf', undefined),
    search: () => called('search', { ok: true } as const),
    post: () => called('post', failure),
    update: () => called('update', failure),
    permalink: () => called('permalink', undefined),
    digests: {
      search: () => called('digests.search', { ok: true } as const),
      post: () => called('digests.post', failure),
      update: () => called('digests.update', failure),
    },
  };
  let leads = true;
  const fenced = fencedProvider(provider, () => leads);
  const view = {} as MessageView;
  const digest: DigestView = { channel: 'C1', headline: '', lines: [] };
  const everything = () =>
    Promise.allSettled([
      fenced.problemOf('C1'),
      fenced.search(view, new Date(0)),
      fenced.permalink('C1', '1'),
      fenced.post(view, { replaces: false }),
      fenced.update(view, '1'),
      fenced.digests?.search('C1', new Date(0)),
      fenced.digests?.post(digest),
      fenced.digests?.update(digest, '1'),
    ]);
  await everything();
  const reads = ['problemOf', 'search', 'permalink', 'digests.search'];
  const sends = ['post', 'update', 'digests.post', 'digests.update'];
  expect(calls.splice(0).sort()).toEqual([...reads, ...sends].sort());
  leads = false;
  const results = await everything();
  expect(calls.sort()).toEqual(reads.sort());
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
    'rejected',
    'rejected',
  ]);
  expect(fenced.off).toEqual(slackIsOff().off);
});
