import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { viewOf } from '../../operator/messages/view.ts';
import { fullModal } from '../../operator/slack/render/modal.ts';
import { render } from '../../operator/slack/render/render.ts';
import { nastyJson, nastyText } from '../support/nasty.ts';
import { ORIGIN, textsOf } from '../support/views.ts';

const CASES = 3000;
const PARTS = [
  ...['5', 'a', '.', ', ', '"', '”', '[0]', '  ', '\n', '\r\n', '\u2028', '\u0085', '\t'],
  ...['\u3164', '\u2800', '\u0336', '\u0301', '\uFE0F', '\u00A0', '\u202F', '\u2065'],
  ...['❤', '👩', '💻', '\u200D', '\u200C', 'ب', 'ا', 'क', '\u094D', '東', '\u3000', '€'],
];
const text = fc.oneof(
  nastyText,
  fc.array(fc.constantFrom(...PARTS)).map((parts) => parts.join('')),
);
const context = fc.dictionary(text, fc.oneof(text, fc.array(text), nastyJson), { maxKeys: 4 });
const UNSEEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u00A0\u202F\u3000]|\u0336/u;
/** Seen in what is around them: by a glyph that they change, or as the space of a script or a number. */
const SEEN = [
  ...[
    /❤\uFE0F(?!\uFE0F)/gu,
    /👩\u200D(?:💻|❤)/gu,
    /(?<=ب)\u200C(?=[با])/gu,
    /(?<=क\u094D)[\u200C\u200D](?=क)/gu,
  ],
  ...[/(?<=東)\u3000(?=東)/gu, /(?<=\p{Nd})[\u00A0\u202F](?=\p{Nd}|€)/gu],
];
const withoutSeen = (shown: string) => SEEN.reduce((rest, seen) => rest.replaceAll(seen, ''), shown);

const asked = (facts: Record<string, unknown>, agent: string, summary: string): Checkpoint => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'Checkpoint',
  metadata: { name: 'a', namespace: 'shop', uid: 'u', creationTimestamp: '2026-11-23T12:00:00Z' },
  spec: { action: 'a', agent, summary, context: facts, timeoutSeconds: 600 },
});

const CHANNEL = { provider: 'Slack', channel: 'C0APPROVAL' } as const;

/** What is shown of anybody's text; nothing of it is marked up. */
const plainTexts = (blocks: unknown): string[] =>
  textsOf(blocks)
    .filter(({ type }) => type === 'plain_text')
    .map((shown) => shown.text);

describe('whatever an agent writes', () => {
  it('makes two lines for each fact and no other, all of it seen, and no two facts of one name', () => {
    fc.assert(
      fc.property(context, text, text, (facts, agent, summary) => {
        const { blocks, complete } = render(viewOf(asked(facts, agent, summary), CHANNEL, []));
        const texts = plainTexts(blocks);
        for (const shown of texts) expect(withoutSeen(shown)).not.toMatch(UNSEEN);
        const fields = blocks.flatMap((block) => (block.type === 'section' ? (block.fields ?? []) : []));
        const lines = fields.map((field) => field.text.split('\n'));
        for (const both of lines) expect(both).toHaveLength(2);
        expect(texts.filter((shown) => shown.includes('\n'))).toHaveLength(fields.length);
        if (complete) expect(new Set(lines.map(([label]) => label)).size).toBe(fields.length);
      }),
      { numRuns: CASES },
    );
  });

  it('makes no line of the full request that its JSON does not have', () => {
    fc.assert(
      fc.property(context, text, text, (facts, agent, summary) => {
        const view = viewOf(asked(facts, agent, summary), CHANNEL, []);
        const shown = plainTexts(fullModal(view, ORIGIN).blocks).join('');
        expect(withoutSeen(shown)).not.toMatch(UNSEEN);
        expect(shown.split('\n')).toHaveLength(view.contextJson.split('\n').length);
      }),
      { numRuns: CASES },
    );
  });
});
