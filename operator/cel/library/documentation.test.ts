import { describe, expect, test } from 'vitest';
import { conditionGives } from '../../../test/support/cel.ts';
import { refusal } from '../../../test/support/evaluate.ts';
import {
  CONDITION_BLOCKS,
  CONDITIONS,
  EXAMPLE_CONTEXT,
  EXAMPLES,
  REFUSED,
} from '../../../test/support/rules-page.ts';
import { FUNCTIONS } from '../functions.ts';

describe('an example of docs/rules.md', () => {
  test.each(EXAMPLES)('$example', ({ example }) => {
    expect(conditionGives(example, { context: EXAMPLE_CONTEXT })).toBe(true);
  });

  test('is there for every function', () => {
    const shown = EXAMPLES.map(({ name, example }) => `${name} ${example}`).join('\n');
    const names = new Set(Array.from(FUNCTIONS.values(), ([overload]) => overload?.signature.name ?? ''));
    expect([...names].filter((name) => !shown.includes(name))).toEqual([]);
  });
});

describe('what docs/rules.md says is refused', () => {
  test.each(REFUSED)('%s', (condition) => {
    expect(refusal(condition)).toMatch(/^\d+:\d+: /);
  });

  test('is all that the table has', () => {
    expect(REFUSED.length).toBeGreaterThanOrEqual(18);
  });
});

describe('a condition of docs/rules.md', () => {
  test('is one of forty or more', () => {
    expect(CONDITIONS.length).toBeGreaterThanOrEqual(40);
    expect(CONDITIONS).toHaveLength(CONDITION_BLOCKS);
  });

  test.each(CONDITIONS)('$what', ({ condition, yes, nos }) => {
    expect(refusal(condition)).toBeUndefined();
    expect(conditionGives(condition, yes)).toBe(true);
    expect(nos.map((no) => conditionGives(condition, no))).toEqual(nos.map(() => false));
  });
});
