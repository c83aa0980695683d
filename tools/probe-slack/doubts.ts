import type { KnownBlock } from '@slack/types';

/** Something whose form in Slack's answers its documents leave open. */
export interface Doubt {
  readonly name: string;
  readonly block: KnownBlock;
}

const plain = (text: string, emoji = false) => ({ type: 'plain_text', text, emoji }) as const;
const verbatim = (text: string) => ({ type: 'mrkdwn', text, verbatim: true }) as const;
const context = (...elements: (ReturnType<typeof plain> | ReturnType<typeof verbatim>)[]): KnownBlock => ({
  type: 'context',
  elements,
});

const SIGNS = 'Ship 🚀 LGTM 👍🏽 Acme™ © 2026 ☎ :tada:';
const ADDRESSES = 'https://example.com a@example.com +41 44 123 45 67 #general @here';
const INVISIBLE = 'mia\u200B_k می‌خواهم 👩‍💻 1\u202F234\u00A0€';

/** One block each, for a message and for a window. */
export const DOUBTS: readonly Doubt[] = [
  { name: 'emoji in a header', block: { type: 'header', text: plain(SIGNS) } },
  {
    name: 'emoji in a section that is not folded',
    block: { type: 'section', text: plain(SIGNS), expand: true },
  },
  { name: 'emoji in fields', block: { type: 'section', fields: [plain(SIGNS), plain(SIGNS)] } },
  { name: 'emoji in a line', block: context(plain(SIGNS)) },
  { name: 'emoji where they are allowed', block: context(plain(SIGNS, true)) },
  { name: 'emoji in verbatim markup', block: context(verbatim(SIGNS)) },
  { name: 'addresses in plain text', block: context(plain(ADDRESSES)) },
  { name: 'addresses in verbatim markup', block: context(verbatim(ADDRESSES)) },
  { name: 'signs that are escaped, in plain text', block: context(plain('a & <b> &amp; &lt;')) },
  { name: 'signs that are escaped, in markup', block: context(verbatim('a & b &amp; &lt;')) },
  {
    name: 'a date',
    block: context(verbatim('*Until:* <!date^1795435200^{date_short_pretty} at {time}|2026>')),
  },
  { name: 'invisible characters in plain text', block: context(plain(INVISIBLE)) },
  { name: 'invisible characters in markup', block: context(verbatim(INVISIBLE)) },
  { name: 'a letter made of two', block: context(plain('Zu\u0308rich'), verbatim('Zu\u0308rich')) },
  { name: 'a space at the end', block: context(plain('x '), verbatim('x ')) },
  { name: 'spaces and lines', block: { type: 'section', text: plain('{\n    "a": 1,\r\n\n  b  \n}\n') } },
  {
    name: 'parts of a line side by side',
    block: context(verbatim('*Needed:*'), plain('1 approval'), verbatim('*!*')),
  },
];

/** Whether Slack counts a limit before or after it escapes: each is posted by itself. */
export const LIMITS: readonly Doubt[] = [
  { name: '3,000 escaped signs in a section', block: { type: 'section', text: plain('&'.repeat(3000)) } },
  { name: '2,000 escaped signs in a field', block: { type: 'section', fields: [plain('&'.repeat(2000))] } },
  { name: '150 escaped signs in a header', block: { type: 'header', text: plain('&'.repeat(150)) } },
];
