import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import type { CelMap } from '../../operator/cel/values.ts';
import { contextProblems } from '../../operator/model/context-bounds.ts';
import { compileRule } from '../../operator/rules/compile.ts';
import { evaluationInput } from '../../operator/rules/input.ts';
import { RuleRegistry } from '../../operator/rules/registry.ts';
import { nastyJson, nastyText } from '../support/nasty.ts';

const CASES = 20_000;
const TOKENS = [
  ...[
    'amount',
    'context',
    'items',
    'requester',
    'now',
    'true',
    'null',
    '1',
    '2.5',
    "'a'",
    '"b"',
    'x',
    '__proto__',
  ],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '.',
    ',',
    ':',
    '?',
    '!',
    '-',
    '+',
    '*',
    '/',
    '%',
    '<',
    '>=',
    '==',
    '!=',
    '&&',
    '||',
  ],
  ...[
    'in',
    'has(',
    'size(',
    '.exists(a, ',
    '.all(a, ',
    '.map(a, ',
    '.matches(',
    '.startsWith(',
    'timestamp(',
    'int(',
  ],
  ...[
    'context["',
    '"]',
    'constructor',
    "r'\\d+'",
    '0u',
    '1e400',
    '9223372036854775808',
    '// c\n',
    '\n',
    '\t',
    '∞',
  ],
] as const;
const source = fc.oneof(
  nastyText,
  fc
    .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...TOKENS) }, nastyText), { maxLength: 16 })
    .map((parts) => parts.join(' ')),
);
const context = fc.dictionary(fc.oneof(nastyText, fc.constantFrom('amount', 'items', 'x')), nastyJson, {
  maxKeys: 6,
});

const checkpoint = (facts: Record<string, unknown>): Checkpoint => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'Checkpoint',
  metadata: { name: 'c', namespace: 'shop', creationTimestamp: '2026-11-23T12:00:00Z' },
  spec: { action: 'a', agent: 'b', requester: { username: 'mia' }, context: facts },
});

const rule = (spec: object) => ({
  apiVersion: 'approvalgate.dev/v1alpha1' as const,
  kind: 'CheckpointRule' as const,
  metadata: { name: 'r', namespace: 'shop', uid: 'u', generation: 1 },
  spec: { actions: ['*'], decision: 'AutoApprove' as const, ...spec },
});

describe('the source of a rule', () => {
  it('compiles, or each problem has its field, its place and a caret', () => {
    let compiled = 0;
    fc.assert(
      fc.property(source, source, (condition, message) => {
        const result = compileRule({ condition, message });
        if (result.ok) {
          compiled += 1;
          return;
        }
        expect(result.problems.length).toBeGreaterThan(0);
        for (const { field, line = 0, column = 0, code, message } of result.problems) {
          expect(['spec.condition', 'spec.message']).toContain(field);
          expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
          expect(message).toMatch(code === 'too_long' ? /characters/ : /\n {2}.*\n *\^$/u);
        }
      }),
      { numRuns: CASES },
    );
    expect(compiled).toBeGreaterThan(0);
  });
});

describe('a context under a rule', () => {
  it('gives a result or an error in words, whatever both are', () => {
    const seen = { Matched: 0, Error: 0, nothing: 0 };
    fc.assert(
      fc.property(source, context, (condition, facts) => {
        const registry = new RuleRegistry();
        registry.set(rule({ condition, message: "'It is ' + string(context.x)" }));
        const results = registry.evaluate({ checkpoint: checkpoint(facts), namespaceLabels: {} });
        expect(results.length).toBeLessThanOrEqual(1);
        seen[results[0]?.result ?? 'nothing'] += 1;
        for (const { result, message = '' } of results) {
          expect(message.isWellFormed() && message.length <= 1024).toBe(true);
          if (result === 'Error') expect(message).not.toBe('');
        }
      }),
      { numRuns: CASES },
    );
    expect(seen.Error).toBeGreaterThan(0);
  });

  it('is keys and values and nothing else: no name reaches into the language', () => {
    fc.assert(
      fc.property(context, nastyText, (facts, key) => {
        const input = evaluationInput({ checkpoint: checkpoint(facts), namespaceLabels: {} });
        expect(input.ok).toBe(contextProblems(facts).length === 0);
        if (!input.ok) return;
        const variables = input.variables.get('context') as CelMap;
        expect([...variables.keys()].sort()).toEqual(Object.keys(facts).sort());
        expect(variables.has(key)).toBe(Object.hasOwn(facts, key));
      }),
      { numRuns: CASES },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
