import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../crds/types.ts';
import { refuseMessage, refuseView } from '../../tools/slack-desk/strict.ts';
import type { MessageView } from '../decision/message.ts';
import { BUDGET } from './limits.ts';
import { denyModal, fullModal } from './modal.ts';
import { EVENT_TYPE, render } from './render.ts';

const VIEW: MessageView = {
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
  deadline: '2026-11-23T12:00:00Z',
  reviews: [],
};
const DECISION: Decision = {
  outcome: 'Denied',
  reason: 'PersonDenied',
  message: 'Denied by mia: too much.',
  decisionTime: '2026-11-23T11:00:00Z',
  decidedBy: { type: 'Person', name: 'mia' },
  checkpointUID: 'uid-1',
};
const ORIGIN = {
  ...VIEW.checkpoint,
  revision: 'r',
  channel: VIEW.channel,
  messageID: '1.2',
};

interface Text {
  readonly type: string;
  readonly text: string;
  readonly emoji?: boolean;
  readonly verbatim?: boolean;
}

function textsOf(node: unknown): Text[] {
  if (Array.isArray(node)) return node.flatMap(textsOf);
  if (typeof node !== 'object' || node === null) return [];
  const { type, text } = node as { type?: unknown; text?: unknown };
  const own = typeof text === 'string' && (type === 'mrkdwn' || type === 'plain_text') ? [node as Text] : [];
  return [...own, ...Object.values(node).flatMap(textsOf)];
}

const shown = (blocks: readonly KnownBlock[]): string =>
  textsOf(blocks)
    .map(({ text }) => text)
    .join('\n');

const actionsOf = (blocks: readonly KnownBlock[]): (string | undefined)[] =>
  blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.map((element) => ('action_id' in element ? element.action_id : ''))
      : [],
  );

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
const anyView: fc.Arbitrary<MessageView> = fc.record({
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
  deadline: time,
  reviews: fc.array(review, { maxLength: 14 }),
});
const anyEnd: fc.Arbitrary<MessageView> = fc
  .tuple(anyView, hostile)
  .map(([view, message]) => ({ ...view, phase: 'Decided', decision: { ...DECISION, message } }));

describe('a message', () => {
  it('is taken by Slack whatever is in it, and is no longer than its budget', () => {
    fc.assert(
      fc.property(fc.oneof(anyView, anyEnd), fc.boolean(), (view, compact) => {
        const { text, blocks } = render(view, compact);
        expect(refuseMessage('chat.update', { text, blocks })).toBeUndefined();
        expect(shown(blocks).length).toBeLessThanOrEqual(BUDGET.message);
      }),
      { numRuns: 300 },
    );
  });

  it('forms no mention, link or date from anybody’s text', () => {
    fc.assert(
      fc.property(fc.oneof(anyView, anyEnd), (view) => {
        const { text, blocks } = render(view);
        const marked = textsOf(blocks).filter(({ type }) => type === 'mrkdwn');
        const ours = /<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[0-9TZ:-]+>/g;
        for (const { text: markup } of marked) expect(markup.replaceAll(ours, '')).not.toContain('<');
        expect(marked.every(({ verbatim }) => verbatim === true)).toBe(true);
        expect(text).not.toMatch(/[<>]/);
      }),
      { numRuns: 300 },
    );
  });

  it('shows what would be invisible or reorder the text', () => {
    fc.assert(
      fc.property(fc.oneof(anyView, anyEnd), (view) => {
        expect(shown(render(view).blocks)).not.toMatch(/(?![\n\t\u200B])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
      { numRuns: 300 },
    );
  });

  it('turns no emoji code in the agent’s text into a picture', () => {
    const { blocks } = render({ ...VIEW, sentence: ':white_check_mark: Approved', agentWords: ':tada:' });
    const agents = textsOf(blocks).filter(
      ({ text }) => text.includes(':white_check') || text.includes(':tada'),
    );
    expect(agents).toHaveLength(2);
    expect(agents.every(({ type, emoji }) => type === 'plain_text' && emoji === false)).toBe(true);
  });

  it('that hides nothing offers Approve first and as the only primary button', () => {
    const { blocks, complete } = render(VIEW);
    expect(complete).toBe(true);
    expect(actionsOf(blocks)).toEqual(['approvalgate_approve', 'approvalgate_deny', 'approvalgate_full']);
    expect(JSON.stringify(blocks).match(/"style"/g)).toHaveLength(1);
  });

  it.each([
    ['a long value', { fields: [{ label: 'amount', value: 'x'.repeat(301) }] }],
    ['too many fields', { fields: Array.from({ length: 21 }, (_, i) => ({ label: `${i}`, value: '1' })) }],
    ['long words', { agentWords: 'x'.repeat(1201) }],
    ['a long sentence', { sentence: 'x'.repeat(1001) }],
    ['a long name of the agent', { agent: 'x'.repeat(121) }],
    ['a sentence that grows when it is made visible', { sentence: '\u202E'.repeat(500) }],
  ])('shortened by %s offers no Approve, only the full view', (_, change) => {
    const { blocks, complete } = render({ ...VIEW, ...change });
    expect(complete).toBe(false);
    expect(actionsOf(blocks)).toEqual(['approvalgate_full', 'approvalgate_deny']);
  });

  it('says how much a shortened value hides', () => {
    const { blocks } = render({ ...VIEW, fields: [{ label: 'note', value: 'x'.repeat(1000) }] });
    expect(shown(blocks)).toContain('(740 characters more)');
  });

  it('names its object and nothing else in the buttons and in the metadata', () => {
    const { blocks, metadata, hash } = render(VIEW);
    const actions = blocks.find((block) => block.type === 'actions');
    const [button] = actions?.elements ?? [];
    expect(actions?.block_id).toContain(hash);
    expect(JSON.parse((button as { value: string }).value)).toEqual({ ...VIEW.checkpoint, revision: hash });
    expect(metadata).toEqual({ event_type: EVENT_TYPE, event_payload: VIEW.checkpoint });
  });

  it('has another revision once something that is shown differs', () => {
    expect(render(VIEW).hash).toBe(render({ ...VIEW }).hash);
    expect(render({ ...VIEW, needs: ['1 approval (1 so far)'] }).hash).not.toBe(render(VIEW).hash);
  });

  it('marks the agent’s words as the agent’s and tells until when in the reader’s zone', () => {
    const text = shown(render({ ...VIEW, agentWords: 'Trust me.' }).blocks);
    expect(text).toContain("The agent's own words, not checked by anybody:\n“Trust me.”");
    expect(text).toContain('<!date^1795435200^{date_short_pretty} at {time}|2026-11-23T12:00:00Z>');
  });

  it.each([
    ['Denied', { phase: 'Decided', decision: DECISION }, 'too much'],
    ['Withdrawn', { phase: 'Withdrawn' }, 'Nobody has to decide'],
    ['Timed out', { phase: 'Decided', decision: { ...DECISION, outcome: 'TimedOut' } }, 'does not run'],
    ['A suggestion only', { phase: 'Log', decision: { ...DECISION, reason: 'Suggested' } }, 'does not run'],
  ] as const)('at its end says “%s”, and has no button left', (title, change, detail) => {
    const { blocks } = render({ ...VIEW, ...change });
    expect(actionsOf(blocks)).toEqual([]);
    expect(shown(blocks)).toContain(title);
    expect(shown(blocks)).toContain(detail);
  });
});

describe('a window', () => {
  it('is taken by Slack whatever is in it', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(refuseView({ view: fullModal(view, ORIGIN) })).toBeUndefined();
        expect(refuseView({ view: denyModal(view, ORIGIN) })).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  it('of the full request shows the whole context and approves', () => {
    const contextJson = `{"last": "${'x'.repeat(64_000)}END"}`;
    const view = fullModal({ ...VIEW, contextJson }, ORIGIN);
    expect(view.submit?.text).toBe('Approve');
    expect(shown(view.blocks as KnownBlock[]).replaceAll('\n', '')).toContain('xEND');
  });

  it.each([
    ['in sections', '[\n'.repeat(200_000)],
    ['in bytes', '\\'.repeat(150_000)],
    ['once it is made visible', '\u0600'.repeat(32_000)],
  ])('of a request that is too much %s offers no Approve and says why', (_, contextJson) => {
    const view = fullModal({ ...VIEW, contextJson }, ORIGIN);
    expect(view.submit).toBeUndefined();
    expect(shown(view.blocks as KnownBlock[])).toContain('cannot be approved here');
    expect(refuseView({ view })).toBeUndefined();
  });
});
