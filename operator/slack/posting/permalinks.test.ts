import { expect, it, vi } from 'vitest';
import type { SlackWeb } from '../connection/web.ts';
import { Permalinks } from './permalinks.ts';

function permalinks(answer: (channel: string, messageID: string) => unknown) {
  const getPermalink = vi.fn(async (query: { channel: string; message_ts: string }) => ({
    permalink: answer(query.channel, query.message_ts),
  }));
  const web = { client: { chat: { getPermalink } } } as unknown as SlackWeb;
  return new Permalinks(web);
}

const ofSlack = (channel: string, messageID: string): string =>
  `https://acme.slack.com/archives/${channel}/p${messageID.replace('.', '')}`;

it('knows the links of a channel by one answer of Slack, and of no other channel', async () => {
  const links = permalinks(ofSlack);
  expect(links.known('C1', '1.2')).toBeUndefined();
  expect(await links.ask('C1', '1.2')).toBe('https://acme.slack.com/archives/C1/p12');
  expect(links.known('C1', '1795479148.000100')).toBe('https://acme.slack.com/archives/C1/p1795479148000100');
  expect(links.known('C2', '1795479148.000100')).toBeUndefined();
});

it.each([
  ['has another form', () => 'https://acme.slack.com/archives/C1/p12?thread_ts=1.1'],
  ['is about another message', () => 'https://acme.slack.com/archives/C1/p13'],
])('takes a link that %s as it is, and derives none from it', async (_, answer) => {
  const links = permalinks(answer);
  expect(await links.ask('C1', '1.2')).toBe(answer());
  expect(links.known('C1', '1.2')).toBeUndefined();
});

it.each([[undefined], [7], ['javascript:alert(1)'], ['https://a b']])(
  'takes %j for no link',
  async (answer) => {
    const links = permalinks(() => answer);
    expect(await links.ask('C1', '1.2')).toBeUndefined();
    expect(links.known('C1', '1.2')).toBeUndefined();
  },
);
