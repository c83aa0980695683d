import { describe, expect, it } from 'vitest';
import { evaluate } from '../../test/support/evaluate.ts';
import { CHECKPOINT_COST_LIMIT, CostExceeded, Meter, RULE_COST_LIMIT } from './cost.ts';
import { CelError } from './errors.ts';
import { estimatedSize, measurePattern, Pattern, SIZE_LIMIT } from './pattern.ts';

const LIST = Array.from({ length: 1000 }, (_, index) => index + 0.5);
const CONTEXT = JSON.stringify({ items: LIST, text: 'a'.repeat(20_000), few: [1, 2, 3] });

function costOf(source: string, limit = 10_000_000): number {
  const meter = new Meter('one rule', limit);
  evaluate(source, CONTEXT, meter);
  return meter.spent;
}

describe('the cost of an expression', () => {
  it.each([
    ['a constant is free', '1', 0],
    ['a name costs one', 'few', 1],
    ['a step costs one', 'context.few', 2],
    ['so does an index', 'few[0]', 2],
    ['and a call', 'few.size()', 2],
    ['a comparison costs one for what it compares', 'few[0] == 1', 4],
    ['equal lists cost what they hold', 'few == few', 7],
    ['an item that is walked costs three', 'few.all(x, true)', 11],
    ['one that is kept twelve more', 'few.map(x, 1)', 47],
    ['a list ten', '[1, 2]', 12],
    ['a map thirty', '{"a": 1}', 32],
    ['what is not evaluated costs nothing', 'true || items == items', 1],
    ['text costs a tenth of its length', 'text + text', 4003],
    ['so does text that is compared', 'text == text', 2004],
    ['a search costs a product', 'text.contains("aaaaaaaaaaaaaaaaaaaab")', 6002],
    ['a pattern its size times the text', 'text.matches("^b")', 2 + (new Pattern('^b').size + 8) * 20_001],
    ['a time zone forty', 'now.getHours("Europe/Berlin")', 42],
    ['an item that is searched costs one', '0.5 in items', 3],
    ['items that are joined cost one each', 'items + items', 2003],
  ])('%s: %s', (_, source, units) => {
    expect(costOf(source)).toBe(units);
  });

  it.each([
    ['quantities', 'quantity("1e5000").add(quantity("1n"))', 5000],
    ['versions', 'semver("1.0.0-" + text)', 1900],
    ['versions of many parts', 'semver("1.0.0" + few.map(x, "-a.a.a.a.a.a.a.a.a.a").join())', 20],
    ['URLs', 'url("/" + text)', 1900],
  ])('counts what %s take to compare: %s', (_, value, units) => {
    const compared = (comparison: string) =>
      costOf(`cel.bind(a, ${value}, cel.bind(b, ${value}, ${comparison}))`) - costOf(`[${value}, ${value}]`);
    expect(compared('a == b')).toBeGreaterThan(units);
    expect(compared('a in [b]')).toBeGreaterThan(units);
    if (!value.startsWith('url')) expect(compared('a.isLessThan(b)')).toBeGreaterThan(units);
  });

  it('counts the parameters of a query, however short they are', () => {
    expect(costOf('url("/?" + text.substring(0, 5000).replace("a", "a&")).getQuery()')).toBeGreaterThan(
      80_000,
    );
  });

  it('is the same each time', () => {
    const source = 'items.filter(x, x > 5.0).sortBy(x, -x).map(x, string(x)).exists(s, s.matches("9.5$"))';
    expect(costOf(source)).toBe(costOf(source));
  });
});

describe('a limit', () => {
  const endless = 'items.all(a, items.all(b, items.all(c, a + b + c >= 0.0)))';

  it.each([
    [endless],
    ['items.map(a, items.map(b, [a, b])).size() > 0'],
    ['items.map(a, items + items).size() > 0'],
    ['items.all(a, items == items)'],
    ['items.map(a, text + text).size() > 0'],
    ['items.all(a, !text.contains("b"))'],
    ['items.all(a, text.matches("(a|a)*b"))'],
    ['lists.range(1000000).size() > 0'],
    ['"%s".format([items.map(a, items)]) == ""'],
    ['items.map(a, items.map(b, {"a": b})).size() > 0'],
    ['items.all(a, items.sort() == items)'],
    ['items.all(a, items.all(b, now.getHours("Europe/Berlin") == 11))'],
    [`${'cel.bind(s, s + s, '.repeat(10)}s${')'.repeat(10)} == ""`.replace('s + s', 'text + text')],
  ])('ends %s', (source) => {
    const result = evaluate(source, CONTEXT);
    expect(result).toBeInstanceOf(CelError);
    expect(result).toMatchObject({
      code: 'cost_limit',
      message: 'costs more than the 100,000 units that one rule may cost',
    });
  });

  it.each([
    [`true || ${endless}`, true],
    [`${endless} || true`, undefined],
    [`false && ${endless}`, false],
    ['few.exists(x, items.all(a, items.all(b, a + b >= 0.0))) || true', undefined],
    [`optional.none().orValue(${endless})`, undefined],
  ])('is absorbed by nothing: %s', (source, expected) => {
    const result = evaluate(source, CONTEXT);
    if (expected === undefined) expect(result).toMatchObject({ code: 'cost_limit' });
    else expect(result).toBe(expected);
  });

  it('of a whole is named where it is the one that is reached', () => {
    const whole = new Meter('the rules for one checkpoint', 50);
    evaluate('few.all(x, x > 0.0)', CONTEXT, new Meter('one rule', RULE_COST_LIMIT, whole));
    const result = evaluate('items.all(x, x > 0.0)', CONTEXT, new Meter('one rule', RULE_COST_LIMIT, whole));
    expect(result).toMatchObject({
      message: 'costs more than the 50 units that the rules for one checkpoint may cost',
    });
  });

  it('of a rule lies within the one of a checkpoint', () => {
    expect(RULE_COST_LIMIT).toBeLessThan(CHECKPOINT_COST_LIMIT);
  });

  it('is reached by what is no number', () => {
    expect(() => new Meter('one rule', 2).spend(Number.NaN)).toThrow(CostExceeded);
  });

  it('is reached when more is spent, not when all of it is', () => {
    const meter = new Meter('one rule', 2);
    meter.spend(2);
    expect(() => meter.spend(1)).toThrow(CostExceeded);
  });
});

describe('ranges beyond ASCII where case does not count', () => {
  const ranges = (count: number) => `(?i)${'[a-\\x{10ffff}]'.repeat(count)}`;

  it('count as what they take to compile', () => {
    expect(measurePattern(ranges(9), SIZE_LIMIT)).toMatchObject({
      ok: true,
      size: 900 + new Pattern(ranges(9)).size,
    });
    expect(measurePattern(ranges(11), SIZE_LIMIT)).toEqual({
      ok: false,
      message:
        'ranges beyond ASCII count as 100 instructions under (?i), and the patterns have at most 1000: ' +
        'name both cases, or fewer ranges',
    });
  });

  it('cost nothing more where it does, or within ASCII', () => {
    for (const pattern of [ranges(15).slice(4), `(?i)${'[a-z0-9_-]'.repeat(20)}`, '(?i)[\\pL-]+']) {
      expect(measurePattern(pattern, SIZE_LIMIT)).toMatchObject({
        ok: true,
        size: new Pattern(pattern).size,
      });
    }
  });
});

describe('the estimate of a pattern', () => {
  it.each([
    ['^[a-z0-9-]{3,63}$'],
    ['a{900}'],
    ['(a{1,300}){3}'],
    ['((a{0,10}){0,10}){0,5}'],
    ['(\\w+\\s*){100}'],
    ['(?i)abc|\\pL{50}|[^]a-z]{2,}'],
    ['\\Qa{100}\\E'],
    ['(?P<name>x)*?y+'],
    ['a?'.repeat(100)],
    ['[[:alpha:]]{20}\\x{1f600}{10}'],
  ])('of %s is not far below its size', (source) => {
    const { size } = new Pattern(source);
    expect(estimatedSize(source)).toBeGreaterThanOrEqual(size / 2);
    expect(estimatedSize(source)).toBeLessThanOrEqual(10 * size + 20);
  });

  it('is there without compiling', () => {
    expect(estimatedSize('(a{1,1000})'.repeat(23))).toBe(46_048);
  });
});
