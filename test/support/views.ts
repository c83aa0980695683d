import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import type { Decision } from '../../crds/types.ts';
import type { MessageView } from '../../operator/messages/message.ts';

/** A question that hides nothing. */
export const VIEW: MessageView = {
  checkpoint: { namespace: 'shop', name: 'refund-1', uid: 'uid-1' },
  phase: 'Asking',
  channel: 'C0APPROVAL',
  sentence: 'Refund 120 USD to Ada?',
  action: 'process_refund',
  agent: 'refund-bot',
  requester: 'system:serviceaccount:shop:refund-bot',
  fields: [{ label: 'amount', value: '120' }],
  contextJson: '{\n  "amount": 120\n}',
  why: ['No rule decides.'],
  needs: ['1 approval by anybody with the right (0 so far)'],
  createdAt: '2026-11-23T11:30:00Z',
  deadline: '2026-11-23T12:00:00Z',
  reviews: [],
};
export const DECISION: Decision = {
  outcome: 'Denied',
  reason: 'PersonDenied',
  message: 'Denied by mia: too much.',
  decisionTime: '2026-11-23T11:00:00Z',
  decidedBy: { type: 'Person', name: 'mia' },
  checkpointUID: 'uid-1',
};
/** Where a window was opened from. */
export const ORIGIN = {
  ...VIEW.checkpoint,
  channel: VIEW.channel,
  messageID: '1.2',
};

export interface Text {
  readonly type: string;
  readonly text: string;
  readonly emoji?: boolean;
  readonly verbatim?: boolean;
}

/** Every text object in blocks, however deep. */
export function textsOf(node: unknown): Text[] {
  if (Array.isArray(node)) return node.flatMap(textsOf);
  if (typeof node !== 'object' || node === null) return [];
  const { type, text } = node as { type?: unknown; text?: unknown };
  const own = typeof text === 'string' && (type === 'mrkdwn' || type === 'plain_text') ? [node as Text] : [];
  return [...own, ...Object.values(node).flatMap(textsOf)];
}

export const shown = (blocks: readonly KnownBlock[]): string =>
  textsOf(blocks)
    .map(({ text }) => text)
    .join('\n');

const HOSTILE = [
  '<!channel>',
  '<@U0MIA00001>',
  '<#C0APPROVAL>',
  '<https://evil.example|Approve>',
  '<!date^0^{date}|never>',
  '&lt;!here&gt;',
  '\u202Edesrever\u202C',
  '\u0000\u0007',
  '\uD800',
  '*bold* _it_ `code` ~gone~',
  ':white_check_mark:',
  '@channel http://evil.example',
  '&'.repeat(3000),
  '\u202E'.repeat(1100),
  '😀'.repeat(700),
];
const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 4 }).map((parts) => parts.join(' ')),
);
const time = fc.constant('2026-11-23T11:00:00Z');
const review = fc.record({
  name: hostile,
  username: hostile,
  verdict: fc.constantFrom('Approve', 'Deny'),
  reason: hostile,
  time,
});
/** Any view, with text as hostile as it gets. */
export const anyView: fc.Arbitrary<MessageView> = fc.record({
  checkpoint: fc.constant(VIEW.checkpoint),
  phase: fc.constantFrom('Asking', 'Decided', 'Withdrawn', 'Log'),
  channel: fc.constant(VIEW.channel),
  sentence: hostile,
  action: fc.constant(VIEW.action),
  agent: hostile,
  requester: hostile,
  agentWords: hostile,
  fields: fc.array(fc.record({ label: hostile, value: hostile }), { maxLength: 40 }),
  contextJson: hostile,
  why: fc.array(hostile, { maxLength: 8 }),
  needs: fc.array(hostile, { maxLength: 8 }),
  createdAt: time,
  deadline: time,
  reviews: fc.array(review, { maxLength: 14 }),
});
export const anyEnd: fc.Arbitrary<MessageView> = fc
  .tuple(anyView, hostile)
  .map(([view, message]) => ({ ...view, phase: 'Decided', decision: { ...DECISION, message } }));
