import { expect, test } from 'vitest';
import { ask, CHANNEL, client, desk, MIA, REASON_MODAL } from './fixture.ts';
import { storedBlocks } from './stored-form.ts';

const textOf = (element: object): unknown => {
  const [block] = storedBlocks([{ type: 'context', elements: [element] }]) as {
    elements: { text: string }[];
  }[];
  return block?.elements[0]?.text;
};
const plain = (text: string, emoji?: boolean) => ({
  type: 'plain_text',
  text,
  ...(emoji === undefined ? {} : { emoji }),
});
const marked = (text: string, verbatim?: boolean) => ({
  type: 'mrkdwn',
  text,
  ...(verbatim === undefined ? {} : { verbatim }),
});

test.each([
  ['plain text is escaped once', plain('a & <b> &amp;', false), 'a &amp; &lt;b&gt; &amp;amp;'],
  ['plain text without emoji keeps them', plain('LGTM 👍', false), 'LGTM 👍'],
  [
    'plain text with emoji has codes',
    plain('LGTM 👍🏽 ™ 🇨🇭 3️⃣ 3', true),
    'LGTM :+1::skin-tone-4: :tm: :flag-ch: :three: 3',
  ],
  ['plain text has emoji where nothing is said', plain('👍'), ':+1:'],
  [
    'plain text has no links',
    plain('https://example.com a@example.com'),
    'https://example.com a@example.com',
  ],
  ['plain text has Unix lines', plain('a\r\nb'), 'a\nb'],
  ['marked-up text has codes, also where it is verbatim', marked('LGTM 👍', true), 'LGTM :+1:'],
  [
    'marked-up text has links',
    marked('see https://example.com/x?a=1 now'),
    'see <https://example.com/x?a=1> now',
  ],
  [
    'marked-up text has addresses',
    marked('by a.b@example.com'),
    'by <mailto:a.b@example.com|a.b@example.com>',
  ],
  [
    'verbatim text has neither',
    marked('https://example.com a@example.com', true),
    'https://example.com a@example.com',
  ],
  [
    'bare signs are escaped and tokens are not',
    marked('a < b & <@U1> &lt; <!date^1^{date}|x>'),
    'a &lt; b &amp; <@U1> &lt; <!date^1^{date}|x>',
  ],
  ['marked-up text has Unix lines', marked('a\r\nb'), 'a\nb'],
])('%s', (_, element, text) => {
  expect(textOf(element)).toBe(text);
});

test('what Slack fills in: a name, emoji and verbatim', () => {
  expect(
    storedBlocks([
      { type: 'section', block_id: 'own', text: plain('a', false) },
      { type: 'section', fields: [marked('b'), plain('c')] },
    ]),
  ).toEqual([
    { type: 'section', block_id: 'own', text: { type: 'plain_text', text: 'a', emoji: false } },
    {
      type: 'section',
      block_id: expect.stringMatching(/^b1/),
      fields: [
        { type: 'mrkdwn', text: 'b', verbatim: false },
        { type: 'plain_text', text: 'c', emoji: true },
      ],
    },
  ]);
});

test('answers, history and clicks of one message have one form', async () => {
  const at = await desk();
  const blocks = [
    { type: 'section' as const, text: { type: 'mrkdwn' as const, text: 'A & B 👍 https://example.com' } },
    {
      type: 'actions' as const,
      elements: [
        { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'A & B' } },
      ],
    },
  ];
  const { ts = '', message } = await client(at).chat.postMessage({ channel: CHANNEL, text: 'x', blocks });
  const { messages = [] } = await client(at).conversations.history({ channel: CHANNEL });
  const click = await at.person(MIA).clickPayload(ts, 'go');
  expect(message?.blocks?.[0]?.text?.text).toBe('A &amp; B :+1: <https://example.com>');
  expect(messages[0]?.blocks).toEqual(message?.blocks);
  expect((click as { message?: { blocks?: unknown } }).message?.blocks).toEqual(message?.blocks);
  const updated = await client(at).chat.update({ channel: CHANNEL, ts, text: 'x', blocks });
  expect(
    (updated.message as { blocks?: { text?: { text?: string } }[] } | undefined)?.blocks?.[0]?.text?.text,
  ).toBe('A &amp; B :+1: <https://example.com>');
});

test('a window has it too, in the answer and on the screen', async () => {
  const at = await desk();
  const payload = await at.person(MIA).clickPayload(await ask(at), 'deny');
  const { view } = await client(at).views.open({
    trigger_id: String(payload['trigger_id']),
    view: { ...REASON_MODAL, title: { type: 'plain_text', text: 'A & B' } },
  });
  expect(view?.title).toEqual({ type: 'plain_text', text: 'A &amp; B', emoji: true });
  expect(view?.blocks?.[0]).toMatchObject({
    optional: false,
    dispatch_action: false,
    label: { emoji: true },
  });
  expect(at.openView(MIA)?.blocks).toEqual(view?.blocks);
});
