import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../test/support/evaluate.ts';
import { compileExpression } from './expression.ts';

/** Every way in which an evaluation is known to fail on a text that the agent sent. */
const FAILING = [
  'context[secret] == 1',
  'context.context[secret] == 1',
  'secret.field == 1',
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
  '-secret == 1',
  '!secret',
  'secret && true',
  'secret ? true : false',
  'secret.all(x, x)',
  '[1][secret] == 1',
  '[secret].map(x, x < 1).size() == 0',
  '{secret: 1}[dyn(secret + "!")] == 1',
  'secret.substring(1000) == ""',
  'secret.frob == 1',
  'optional.of(secret).optMap(x, x + 1).hasValue()',
  'ip(secret).family() == 4',
  'cidr(secret).prefixLength() == 4',
  'url(secret).getHost() == ""',
  'quantity(secret).isInteger()',
  'semver(secret).major() == 1',
  'base64.decode(secret) == b""',
  '"%d".format([secret]) == ""',
  '(secret + "%!").format([]) == ""',
  '[secret, secret].sum() == 1',
  'math.greatest(secret, 1) == 1',
];

describe('the text of a failure', () => {
  it.each([
    ['names a context key that is missing', 'amout < 50', '1:1: there is no context key amout'],
    ['names a field that is missing', 'context.amout < 50', '1:1: no such key: amout'],
    ['names a key that is written out', 'context["amout"] < 50', '1:1: no such key: amout'],
    ['hides a key that came from the context', 'context[secret] == 1', '1:1: no such key'],
    ['names the types that do not fit', 'amount > 0 && secret + 1 == 2', '1:15: + does not take string, int'],
    [
      'names the operation that they do not fit',
      'amount.matches("x")',
      '1:1: matches() does not take double, string',
    ],
    [
      'names the line',
      'amount > 0 &&\n  int(secret) == 1',
      '2:3: int() takes a whole decimal number of 64 bits',
    ],
    ['says what is wrong with an index', '[1][5] == amount', '1:1: the list has no item at this index'],
  ])('%s: %s', (_, source, text) => {
    expect(failure(source, '{"secret":"hunter2","amount":1}')).toBe(text);
  });

  it('never quotes what the agent sent', () => {
    const marked = fc.string({ minLength: 1 }).map((text) => `§${text}§`);
    fc.assert(
      fc.property(fc.constantFrom(...FAILING), marked, (source, secret) => {
        expect(failure(source, JSON.stringify({ secret })) ?? '').not.toContain('§');
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(FAILING)('is one that is met: %s', (source) => {
    expect(failure(source, '{"secret":"§"}')).toMatch(/^\d+:\d+: /);
  });
});

describe('compiling', () => {
  /** Nothing of what it costs may depend on a number that is written in the rule. */
  it.each([
    ['28 large patterns', Array(28).fill('n.matches("(a{1,1000})")').join('||')],
    ['one pattern of 28', `n.matches("${'(a{1,1000})'.repeat(23)}")`],
    ['nested repetitions', 'n.matches("((((a{1,100}){1,100}){1,100}){1,100}){1,100}")'],
    ['many patterns', Array(150).fill('n.matches("a{9}")').join('||')],
    ['classes of all of Unicode', `n.matches("${'(?i)\\\\pL{30}'.repeat(16)}")`],
    ['a long number', `n == ${'9'.repeat(4000)}`],
    ['a long duration', `duration("${'1h'.repeat(2000)}") < now - now`],
    ['a long name of no function', `n.${'x'.repeat(4000)}()`],
    ['many names of no function', Array(120).fill('n.startWth("")').join('||')],
    ['4,000 negations', `${'!'.repeat(4000)}n`],
    ['4,000 parentheses', `${'('.repeat(2000)}n${')'.repeat(2000)}`],
    ['a long literal', `n == "${'\\\\'.repeat(2000)}"`],
    ['many chains', Array(80).fill('n == 1').join(' && ')],
  ])('is bounded: %s', (_, source) => {
    const started = process.cpuUsage();
    compileExpression(source, 'bool');
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(2_000);
  });
});
