import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from './expression.ts';
import { failureText } from './failure.ts';

/** Why `source` fails over a context; undefined when it gives something. */
function failure(source: string, context: Record<string, unknown>): string | undefined {
  const compiled = compileExpression(source, 'bool');
  if (!compiled.ok) throw new Error(`refused: ${source}`);
  const variables = new Map<string, unknown>([
    ...Object.entries(context),
    ['context', new Map(Object.entries(context))],
    ['now', new Date(0)],
  ]);
  try {
    compiled.expression.evaluate(variables);
    return undefined;
  } catch (error) {
    return failureText(error, source);
  }
}

/** Every way in which the engine is known to fail on a value. */
const FAILING = [
  'context[secret] == 1',
  'context.context[secret] == 1',
  'duration(secret) < duration("1s")',
  'timestamp(secret) < now',
  'bool(secret)',
  'int(secret) == 1',
  'uint(secret) == 1u',
  'double(secret) == 1.0',
  'now.getHours(secret) == 1',
  'formatMoney(1, secret) == ""',
  'formatNumber(secret) == ""',
  'secret + 1 == 2',
  'secret < 1',
  'secret.field == 1',
  '-secret == 1',
  '!secret',
  'secret && true',
  'secret ? true : false',
  'secret.all(x, x)',
  '[1][secret] == 1',
  'secret.substring(1000) == ""',
  'secret.frobnicate == 1',
];

describe('the text of a failure', () => {
  it.each([
    ['names a context key that is missing', 'amout < 50', 'Unknown variable: amout'],
    ['names a field that is missing', 'context.amout < 50', 'No such key: amout'],
    ['names the types that do not fit', 'secret < 50', 'no such overload: dyn<string> < int'],
    [
      'names functions as authors do',
      'amount.matches("x")',
      "found no matching overload for 'double.matches(string)'",
    ],
    ['hides a key that came from the context', 'context[secret] == 1', 'no such key'],
    ['hides a duration that came from the context', 'duration(secret) > duration("1s")', 'invalid duration'],
    ['hides what the engine throws without a code', 'now.getHours(secret) == 1', 'could not be evaluated'],
    [
      'explains our own functions',
      'formatMoney(secret, "USD") == ""',
      'takes a number, or a decimal as a string',
    ],
  ])('%s', (_, source, text) => {
    expect(failure(source, { secret: 'hunter2', amount: 1 })).toBe(text);
  });

  it('never quotes what the agent sent', () => {
    const marked = fc.string({ minLength: 1 }).map((text) => `§${text}§`);
    fc.assert(
      fc.property(fc.constantFrom(...FAILING), marked, (source, secret) => {
        expect(failure(source, { secret }) ?? '').not.toContain('§');
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(FAILING)('is one that is met: %s', (source) => {
    expect(failure(source, { secret: '§' })).toBeTruthy();
  });
});
