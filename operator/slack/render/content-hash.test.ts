import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEnd, anyView, ORIGIN, textsOf, VIEW } from '../../../test/support/views.ts';
import { storedBlocks } from '../../../tools/slack-desk/stored-form.ts';
import type { MessageView } from '../../messages/message.ts';
import { contentHash, differences, unescapedOnce } from './content-hash.ts';
import { fullModal } from './modal.ts';
import { render } from './render.ts';

const NORMALISED =
  'LGTM 👍 © ™ ☎ 3️⃣ 🇨🇭 &amp; <b> https://example.com a@example.com +41 44 123 45 67\r\n*_`x`_*';
/** With text that Slack changes wherever it can. */
const CHANGED: MessageView = {
  ...VIEW,
  sentence: NORMALISED,
  agent: NORMALISED,
  agentWords: NORMALISED,
  requester: NORMALISED,
  fields: [{ label: NORMALISED, value: NORMALISED }],
  contextJson: NORMALISED,
  why: [NORMALISED],
  needs: [NORMALISED],
  reviews: [{ name: 'r', username: NORMALISED, verdict: 'Approve', reason: NORMALISED, time: VIEW.deadline }],
};
const OUR_DATE = /<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[0-9TZ:-]+>/g;
const OUR_WORDS =
  /^(\*(Needed|Until|Action|Requester|Agent, as it calls itself|The agent's own words|Context, as the agent gives it|Why you are asked):?\*|\*(Approved|Denied|Timed out, so it does not run|A suggestion only: it does not run)\*|\*Withdrawn\* by its requester\. Nobody has to decide any more\.|\*Slack cannot show all of this request, so it cannot be approved here\. Review it by kubectl\.\*)?$/;

const block = (element: object) => [{ type: 'context', elements: [element] }];
const same = (one: object, other: object) => contentHash(block(one)) === contentHash(block(other));

describe('a message and a window', () => {
  it('read as they were written in the form that Slack keeps, whatever is in them', () => {
    fc.assert(
      fc.property(fc.oneof(anyView, anyEnd, fc.constant(CHANGED)), (view) => {
        const { blocks, hash } = render(view);
        expect(contentHash(storedBlocks(blocks))).toBe(hash);
        const window = fullModal(view, ORIGIN).blocks;
        expect(contentHash(storedBlocks(window))).toBe(contentHash(window));
        expect(differences(window, storedBlocks(window))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('have nobody’s words in marked-up text, only our own and dates', () => {
    fc.assert(
      fc.property(fc.oneof(anyView, anyEnd), (view) => {
        const marked = textsOf([...render(view).blocks, ...fullModal(view, ORIGIN).blocks]).filter(
          ({ type }) => type === 'mrkdwn',
        );
        for (const { text } of marked) expect(text.replaceAll(OUR_DATE, '').trim()).toMatch(OUR_WORDS);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a hash of what is shown', () => {
  it('fills in what Slack fills in, and tells other values apart', () => {
    const plain = { type: 'plain_text', text: ':tada:' };
    expect(same(plain, { ...plain, emoji: true })).toBe(true);
    expect(same(plain, { ...plain, emoji: false })).toBe(false);
    const marked = { type: 'mrkdwn', text: 'a' };
    expect(same(marked, { ...marked, verbatim: false })).toBe(true);
    expect(same(marked, { ...marked, verbatim: true })).toBe(false);
  });

  it('undoes entities in plain text alone: in marked-up text they tell a link from its letters', () => {
    const plain = (text: string) => ({ type: 'plain_text', text });
    expect(same(plain('<b> &'), plain('&amp;amp;lt;b&gt; &amp;'))).toBe(true);
    const marked = (text: string) => ({ type: 'mrkdwn', text });
    expect(same(marked('<https://example.com|x>'), marked('&lt;https://example.com|x&gt;'))).toBe(false);
  });

  it('is of any JSON, whatever its types say', () => {
    for (const type of [{ toString: 1 }, '__proto__', 'constructor', null, 7]) {
      expect(contentHash(block({ type, text: 'x', emoji: true }))).toMatch(/^[0-9a-f]{16}$/);
    }
  });
});

describe('where two messages differ', () => {
  it('is told by pointers, at most five, and quotes no text', () => {
    const sent = render(VIEW).blocks;
    const stored = JSON.parse(
      JSON.stringify(storedBlocks(sent)).replaceAll('Refund 120', 'SECRET'),
    ) as unknown[];
    expect(differences(sent, stored)).toEqual(['/0/text/text']);
    expect(
      differences(
        sent,
        sent.map((one) => ({ ...one, beautiful: true })),
      ),
    ).toHaveLength(5);
  });
});

it('blocks that came from Slack are as they were once what it escaped is undone', () => {
  const sent = render({ ...VIEW, sentence: 'A &amp; <b> & c?' }).blocks;
  const texts = (blocks: readonly unknown[]) => textsOf(blocks).map(({ text }) => text);
  expect(texts(unescapedOnce(storedBlocks(sent)))).toEqual(texts(sent));
});
