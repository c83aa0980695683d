import { describe, expect, it } from 'vitest';
import type { RuleDecision } from '../../crds/types.ts';
import { EFFECTS, effectOf, PRECEDENCE, rankOf } from './effects.ts';

describe('the effects of rules', () => {
  it('every ruling is some decision, and only what denies or withholds stops later', () => {
    const rows = Object.values(EFFECTS);
    expect(new Set(rows.map(({ ruling }) => ruling))).toEqual(new Set(PRECEDENCE));
    const stopping = rows.filter(({ stops }) => stops).map(({ ruling }) => ruling);
    expect(stopping).toEqual(['Deny', 'Suggest']);
  });

  it('what is not known asks, before anything approves', () => {
    const unknown = 'OfANewerCRD' as RuleDecision;
    expect(effectOf(unknown).ruling).toBe('Ask');
    expect(effectOf('toString' as RuleDecision).ruling).toBe('Ask');
    expect(rankOf('Ask')).toBeLessThan(rankOf('Approve'));
  });
});
