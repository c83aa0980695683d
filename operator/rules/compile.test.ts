import { describe, expect, it } from 'vitest';
import { compileRule } from './compile.ts';

function problems(spec: Parameters<typeof compileRule>[0]) {
  const compiled = compileRule(spec);
  return compiled.ok ? [] : compiled.problems;
}

describe('compiling a rule', () => {
  it('takes a rule without expressions: it always holds and words nothing', () => {
    expect(compileRule({})).toEqual({ ok: true });
  });

  it('takes a condition that gives a boolean and a message that gives a string', () => {
    const compiled = compileRule({
      condition: 'amount > 0 && amount < 50',
      message: '"Refund of " + formatMoney(amount, "USD")',
    });
    expect(compiled).toMatchObject({ ok: true, condition: {}, message: {} });
  });

  it('takes what is only known when it is evaluated', () => {
    expect(compileRule({ condition: 'approved', message: 'sentence' }).ok).toBe(true);
  });

  it('shows the line of the problem with a caret under its place', () => {
    expect(problems({ condition: 'amount > 0 && amount < 50 &&\n  action = "x"' })).toEqual([
      {
        field: 'spec.condition',
        line: 2,
        column: 10,
        code: 'unexpected_character',
        message: ['unexpected = (CEL compares with ==)', '    action = "x"', '           ^'].join('\n'),
      },
    ]);
  });

  it('keeps the caret under its place after tabs and in long lines', () => {
    const [problem] = problems({ condition: `${'\t'.repeat(3)}${'amount > 1 || '.repeat(20)}action < 1` });
    const [, line = '', caret = ''] = (problem?.message ?? '').split('\n');
    expect(line.slice(caret.indexOf('^'))).toMatch(/^action < 1/);
    expect(line.length).toBeLessThanOrEqual(122);
    expect(problem?.column).toBe(284);
  });

  it('names every problem of both fields', () => {
    const found = problems({ condition: 'has(amount) && text.match("(")', message: '1 + 1' });
    expect(found.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'spec.condition has_argument',
      'spec.condition unknown_function',
      'spec.message wrong_result_type',
    ]);
  });

  it('refuses an expression that is too long before it is parsed', () => {
    expect(problems({ condition: `free${' '.repeat(4093)}` })).toMatchObject([{ code: 'too_long', line: 1 }]);
    expect(problems({ condition: `free${' '.repeat(4092)}` })).toEqual([]);
  });

  it('refuses an empty expression', () => {
    expect(problems({ condition: '' })).toMatchObject([{ field: 'spec.condition', line: 1, column: 1 }]);
  });

  it('bounds what its patterns cost, however many there are', () => {
    const condition = Array(100).fill('t.matches("a{900}")').join('||');
    const second = 't.matches("a{900}")||'.length + 't.matches('.length;
    expect(problems({ condition })).toMatchObject([{ code: 'pattern', column: second + 1 }]);
  });
});
