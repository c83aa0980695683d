import { describe, expect, it } from 'vitest';
import { Random } from '../../test/model/random.ts';
import { compileExpression } from './expression.ts';

const LEAVES = ['1', '"a"', '1.0', '1u', 'true', 'b"x"', 'now', 'amount'];
const KEYS = ['"a"', '1', '1u', 'true'];

function nested(random: Random, depth: number): string {
  if (depth === 0) return random.pick(LEAVES);
  const inner = nested(random, depth - 1);
  return random.chance(0.5) ? `[${inner}]` : `{${random.pick(KEYS)}: ${inner}}`;
}

describe('the package that reads and checks', () => {
  /** It keeps every type that it has met for ever, and every pair that it has compared: 80 KB for each such rule. */
  it('is shown no more types than can be kept', () => {
    const random = new Random(1);
    for (let rule = 0; rule < 200; rule += 1) {
      const depths = Array.from({ length: 8 }, () => random.below(6));
      const parts = depths.map((depth) => nested(random, depth));
      const compiled = compileExpression(parts.map((part) => `(${part} == ${part})`).join(' || '), 'dyn');
      expect(compiled.ok).toBe(depths.every((depth) => depth <= 4));
    }
  });

  it('takes what is deeper where its type is not asked', () => {
    expect(compileExpression('[[[dyn([[[amount]]])]]] == note', 'dyn').ok).toBe(true);
  });
});
