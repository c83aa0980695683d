import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate as evaluateOver } from '../../test/support/evaluate.ts';
import { CelError, type Result } from './errors.ts';
import { compileExpression } from './expression.ts';

/** As JSON, because that is how keys such as `__proto__` arrive. */
const CONTEXT = `{
  "amount": 12, "price": 12.5, "text": "Straße", "nothing": null, "empty": {}, "tiers": ["gold", "silver"],
  "items": [{"price": 5}, {"price": 7}], "mixed": [null, 1, "gold"], "refund": {"amount": 12, "nested": {"x": 1}},
  "namespace": "from the agent", "größe": 3, "action": "a lie", "now": "a lie", "window": "90m", "at": "2026-11-01T10:00:00Z",
  "__proto__": {"admin": true}, "constructor": "plain", "hasOwnProperty": 1, "index": 1, "decimal": "1234567.891"
}`;

const evaluate = (source: string): Result => evaluateOver(source, CONTEXT);

describe('facts and context keys', () => {
  it.each([
    ['a context key is a variable', 'amount == 12 && price == 12.5'],
    ['the context is a variable too', 'context.amount == 12 && context["amount"] == 12'],
    ['a fact wins over a context key of its name', 'action == "process_refund" && context.action == "a lie"'],
    ['the time of creation wins over a context key', 'now == timestamp("2026-11-02T10:00:00Z")'],
    ['a word that CEL reserves is reached in the context', 'context["namespace"] == "from the agent"'],
    ['a key that is no identifier is reached in the context', 'context["größe"] == 3'],
    ['the namespace and its labels are facts', 'namespaceName == "shop" && namespaceLabels.env == "prod"'],
    [
      'a label with a path is reached by its name',
      'namespaceLabels["kubernetes.io/metadata.name"] == "shop"',
    ],
    ['the requester is a fact', 'requester.username.endsWith(":refund-bot")'],
    ['the groups of the requester are a list', '"system:serviceaccounts" in requester.groups'],
    ['an absent uid of the requester is empty', 'requester.uid == ""'],
    ['a variable of a macro hides a context key', 'items.exists(amount, amount.price == 7)'],
    ['keys of prototypes are plain keys', 'constructor == "plain" && context["__proto__"].admin'],
    [
      'no key comes from a prototype',
      '!has(context.toString) && !("valueOf" in context) && !has(empty.constructor)',
    ],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source)).toBe(true);
  });
});

describe('values', () => {
  it.each([
    ['integers and doubles compare', 'amount == 12.0 && amount < 13 && amount in [12, 13] && price > 12'],
    ['integers and doubles add', 'amount + 1 == 13 && 1 + amount == 13 && price + 1 == 13.5'],
    ['integers and doubles subtract', 'amount - 1 == 11 && 13 - amount == 1 && price - 1 == 11.5'],
    ['integers and doubles multiply', 'amount * 2 == 24 && 2 * amount == 24 && price * 2 == 25'],
    ['integers and doubles divide', 'amount / 5 == 2.4 && 6 / amount == 0.5'],
    ['integers among themselves divide as integers', '7 / 2 == 3 && 7.0 / 2 == 3.5'],
    ['a sum over a list adds doubles', 'items[0].price + items[1].price == 12'],
    ['a number of the context may be an index', 'tiers[index] == "silver"'],
    ['numbers of the context are doubles', 'type(amount) == double'],
    ['text is no number', 'decimal != 1234567.891 && double(decimal) > 1234567.0'],
    ['a key with null is there', 'has(context.nothing) && nothing == null && "nothing" in context'],
    [
      'a field with null is null',
      'context.nothing == null && context["nothing"] == null && mixed[0] == null',
    ],
    ['a missing key is not there', '!has(context.missing) && !("missing" in context)'],
    ['lists of several types are searched', '"gold" in mixed && null in mixed && !(2 in mixed)'],
    ['maps compare by value', 'refund.nested == {"x": 1.0} && refund == context.refund'],
    ['sizes count characters', 'size(text) == 6 && text.size() == 6 && tiers.size() == 2'],
    ['patterns are RE2 and match anywhere', 'text.matches("(?i)RASS|ra.e") && !text.matches("^ra")'],
    [
      'macros walk lists',
      'items.all(i, i.price > 4) && items.exists_one(i, i.price == 5) && tiers.exists(t, t == "gold")',
    ],
    [
      'lists are filtered and mapped',
      'items.filter(i, i.price > 5).size() == 1 && tiers.map(t, t.size()) == [4, 6]',
    ],
    ['or absorbs an error beside true', '(missing || amount == 12) && (amount == 12 || missing)'],
    ['and absorbs an error beside false', '!(missing && amount == 1) && !(amount == 1 && missing)'],
    ['a comment is left out', 'amount == 12 // because'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source)).toBe(true);
  });
});

describe('time', () => {
  it.each([
    ['an offset is counted', 'now == timestamp("2026-11-02T12:00:00+02:00")'],
    ['the parts of a time are those of UTC', 'now.getHours() == 10 && now.getDayOfWeek() == 1'],
    ['or of the zone that is named', 'now.getHours("Europe/Berlin") == 11'],
    ['times of the context are read', 'now - timestamp(at) > duration("23h59m")'],
    [
      'durations compare by order and are equal',
      'duration(window) == duration("1h30m") && now - duration("1h30m") < now && duration(window) > duration("1h")',
    ],
    ['a time less a duration is a time', 'now - duration("24h") == timestamp("2026-11-01T10:00:00Z")'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source)).toBe(true);
  });

  it('gives the same answer in every time zone of the machine', () => {
    const zone = process.env['TZ'];
    try {
      for (const each of ['Pacific/Kiritimati', 'America/New_York', 'UTC']) {
        process.env['TZ'] = each;
        expect(evaluate('now.getHours() == 10 && now.getDate() == 2')).toBe(true);
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

describe('an evaluation that has no answer is an error', () => {
  it.each([
    ['a missing key', 'missing == 1'],
    ['a missing key below another', 'context.refund.missing == 1'],
    ['has() below a missing key', 'has(context.missing.deep)'],
    ['a missing label', 'namespaceLabels["tier"] == "gold"'],
    ['text compared with a number', 'text < 5'],
    ['text added to a number', 'text + 1 == 2'],
    ['text as a condition', 'text ? true : false'],
    ['a list index out of range', 'tiers[2] == "gold"'],
    ['a negative list index', 'tiers[-1] == "gold"'],
    ['division of integers by zero', '1 / 0 == 1'],
    ['an overflow', '9223372036854775807 + 1 > 0'],
    ['a time without a zone', 'timestamp(text) < now'],
    ['an amount that is no number', 'formatMoney(text, "USD") == ""'],
  ])('%s: %s', (_, source) => {
    expect(evaluate(source)).toBeInstanceOf(CelError);
  });
});

describe('a relation inside a relation', () => {
  it('has parentheses of its own', () => {
    expect(evaluate('true == (amount in [12, 13])')).toBe(true);
    expect(evaluate('true == ((amount) < (13))')).toBe(true);
    expect(evaluate('(amount < 13) == (")" < "(")')).toBe(false);
    expect(evaluate('amount < 13 == true')).toBe(true);
  });
});

describe('hostile sources', () => {
  it.each([
    ['10,000 parentheses', `${'('.repeat(10_000)}true${')'.repeat(10_000)}`],
    ['10,000 negations', `${'!'.repeat(10_000)}true`],
    ['10,000 lists in lists', `${'['.repeat(10_000)}${']'.repeat(10_000)} == []`],
    ['10,000 members', `a${'.a'.repeat(10_000)}`],
    ['10,000 operands', Array(10_000).fill('a').join('+')],
    ['10,000 choices', `${'a ? b : '.repeat(10_000)}c`],
  ])('%s are refused, not thrown', (_, source) => {
    expect(compileExpression(source, 'bool')).toMatchObject({ ok: false });
  });

  it('are refused or compiled, never thrown, whatever they are', () => {
    const word = fc.constantFrom(
      'amount',
      'context',
      '.',
      '(',
      ')',
      '[',
      ']',
      '"x"',
      "'",
      '==',
      '<',
      'in',
      '&&',
      '!',
      '-',
      '1',
      '2.5',
      'matches',
      'has',
      'all',
      ',',
      'x',
      '?',
      ':',
      '{',
      '}',
      '\n',
      '//',
      '\u202e',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
        ),
        (source) => {
          const compiled = compileExpression(source, 'bool');
          if (compiled.ok) return;
          for (const { start, end, message } of compiled.findings) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(message).not.toBe('');
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
