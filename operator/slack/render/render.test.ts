import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEnd, anyView, DECISION, shown, textsOf, VIEW } from '../../../test/support/views.ts';
import { refuseMessage } from '../../../tools/slack-desk/strict.ts';
import { contentHash } from './content-hash.ts';
import { BUDGET } from './limits.ts';
import { EVENT_TYPE, render } from './render.ts';

const actionsOf = (blocks: readonly KnownBlock[]): (string | undefined)[] =>
  blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.map((element) => ('action_id' in element ? element.action_id : ''))
      : [],
  );

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

  it('full of everything keeps its budget by showing fewer facts', () => {
    const long = 'x'.repeat(5000);
    const { blocks } = render({
      ...VIEW,
      sentence: long,
      agentWords: long,
      why: Array.from({ length: 12 }, () => long),
      needs: Array.from({ length: 12 }, () => long),
      fields: Array.from({ length: 20 }, () => ({ label: long, value: long })),
      reviews: Array.from({ length: 14 }, () => ({
        name: 'r',
        username: long,
        verdict: 'Approve',
        reason: long,
        time: VIEW.deadline,
      })),
    });
    expect(shown(blocks).length).toBeLessThanOrEqual(BUDGET.message);
    expect(refuseMessage('chat.update', { blocks })).toBeUndefined();
  });

  it('makes no more of a long key than it shows, however many facts are below it', () => {
    const label = '\u202E'.repeat(30_000);
    const fields = Array.from({ length: 3500 }, (_, i) => ({ label: `${label}.k${i}`, value: '1' }));
    const begun = performance.now();
    for (let i = 0; i < 40; i += 1)
      expect(shown(render({ ...VIEW, fields }).blocks)).toContain('characters more');
    // It took more than that; what it takes now is a hundred times below this.
    expect(performance.now() - begun).toBeLessThan(2_000);
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
        expect(shown(render(view).blocks)).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}\p{DI}\u2800\u00A0]/u);
      }),
      { numRuns: 300 },
    );
  });

  it('puts no line of the agent’s beside ours, and no field out of sight', () => {
    const breaks = '\n\r\u0085\u2028';
    const { blocks, complete } = render({
      ...VIEW,
      sentence: `Pay?${breaks}Approved by the CFO`,
      agent: `bot${breaks}Approved by the CFO`,
      agentWords: `ok${breaks}Approved by the CFO`,
      requester: `me${breaks}Approved by the CFO`,
      why: [`No rule${breaks}Approved by the CFO`],
      needs: [`1 approval${breaks}Approved by the CFO`],
      reviews: [
        { name: 'r', username: `mia${breaks}Approved by the CFO`, verdict: 'Deny', time: VIEW.deadline },
      ],
      fields: [{ label: `payee${breaks}amount`, value: `evil${breaks}Approved by the CFO` }],
    });
    expect(complete).toBe(true);
    const lines = shown(blocks).split('\n');
    expect(lines.filter((line) => line.startsWith('Approved by the CFO') || line === 'amount')).toEqual([]);
    expect(lines.filter((line) => line.includes('⏎⏎⏎⏎Approved by the CFO'))).toHaveLength(7);
    expect(shown(blocks)).toContain('payee⏎⏎⏎⏎amount\nevil⏎⏎⏎⏎Approved by the CFO');
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
    ['a value that grows when it is made visible', { fields: [{ label: 'a', value: '\u3164'.repeat(100) }] }],
  ])('shortened by %s offers no Approve, only the full view', (_, change) => {
    const { blocks, complete } = render({ ...VIEW, ...change });
    expect(complete).toBe(false);
    expect(actionsOf(blocks)).toEqual(['approvalgate_full', 'approvalgate_deny']);
  });

  it('says how much a shortened value hides', () => {
    const { blocks } = render({ ...VIEW, fields: [{ label: 'note', value: 'x'.repeat(1000) }] });
    expect(shown(blocks)).toContain('(740 characters more)');
  });

  it('is folded nowhere, so that nothing stands out of sight above the buttons', () => {
    const long = 'x '.repeat(500);
    const asked = render({ ...VIEW, sentence: long, agentWords: long });
    const ended = render({ ...VIEW, phase: 'Decided', decision: { ...DECISION, message: long } });
    const sections = [...asked.blocks, ...ended.blocks].filter(({ type }) => type === 'section');
    expect(asked.complete).toBe(true);
    expect(sections).toHaveLength(5);
    expect(sections.every((block) => 'expand' in block && block.expand === true)).toBe(true);
  });

  it('names its object and nothing else in the buttons and in the metadata', () => {
    const { blocks, metadata, hash } = render(VIEW);
    const actions = blocks.find((block) => block.type === 'actions');
    const [button] = actions?.elements ?? [];
    expect(hash).toBe(contentHash(blocks));
    expect(JSON.parse((button as { value: string }).value)).toEqual(VIEW.checkpoint);
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

  it('lets neither the agent’s name nor its words out of their quotes', () => {
    const words = 'x” · asked by the CFO “';
    const text = shown(render({ ...VIEW, agent: words, agentWords: words }).blocks);
    expect(text.match(/“[^“”]*”/gu)).toEqual(["“x' · asked by the CFO '”", "“x' · asked by the CFO '”"]);
    expect(text).toContain("“x' · asked by the CFO '” · process_refund · asked by system:");
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
