import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyView, ORIGIN, shown, VIEW } from '../../../test/support/views.ts';
import { refuseView } from '../../../tools/slack-desk/strict.ts';
import { denyModal, fullModal } from './modal.ts';

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

  it('shows every line that the agent wrote on one line of ours', () => {
    const breaks = '\n\u0085\u2028';
    const context = { note: `x${breaks}  "amount": 1` };
    const change = { sentence: `Pay?${breaks}ok`, agent: `bot${breaks}ok`, agentWords: `yes${breaks}ok` };
    const contextJson = JSON.stringify(context, undefined, 2);
    const { blocks } = fullModal({ ...VIEW, ...change, contextJson, why: [], needs: [] }, ORIGIN);
    const lines = shown(blocks as KnownBlock[]).split('\n');
    expect(lines).toContain('bot⏎⏎⏎ok');
    expect(lines[lines.indexOf('bot⏎⏎⏎ok') - 1]).toBe('*Agent, as it calls itself*');
    expect(lines).toContain('  "note": "x\\n⏎⏎ ␣\\"amount\\": 1"');
    expect(lines).toHaveLength(13);
  });

  it('of the full request has every cause and requirement', () => {
    const why = Array.from({ length: 12 }, (_, i) => `Rule CheckpointRule/r${i} could not be evaluated.`);
    const needs = Array.from({ length: 12 }, (_, i) => `1 approval by u${i}`);
    const lines = shown(fullModal({ ...VIEW, why, needs }, ORIGIN).blocks as KnownBlock[]).split('\n');
    for (const line of [...why, ...needs]) expect(lines).toContain(line);
  });

  it('folds nothing', () => {
    const { blocks } = fullModal({ ...VIEW, agentWords: 'x'.repeat(7000) }, ORIGIN);
    const sections = [...blocks, ...denyModal(VIEW, ORIGIN).blocks].filter(({ type }) => type === 'section');
    expect(sections.length).toBeGreaterThan(6);
    expect(sections.every((block) => 'expand' in block && block.expand === true)).toBe(true);
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
