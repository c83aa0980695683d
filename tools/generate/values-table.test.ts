import { describe, expect, it } from 'vitest';
import { withValuesTable } from './values-table.ts';

const README = [
  '# Chart',
  '<!-- values: made from values.yaml by make generate; do not edit -->',
  'old',
  '<!-- end of values -->',
  'after',
].join('\n');

const rows = (values: string): string[] =>
  withValuesTable(README, values)
    .split('\n')
    .filter((line) => line.startsWith('| `'));

describe('the table of a chart’s values', () => {
  it('has a row for each commented value, with its path, its default and its comment on one line', () => {
    const values = [
      '# About the file.',
      '',
      'group:',
      '  # -- First,',
      '  # on two lines: `a | b`.',
      "  first: ''",
      '  # -- Second.',
      '  second: { b: 1 }',
      '# -- Third.',
      'third: [1]',
    ].join('\n');
    expect(rows(values)).toEqual([
      '| `group.first` | `""` | First, on two lines: `a \\| b`. |',
      '| `group.second` | `{"b":1}` | Second. |',
      '| `third` | `[1]` | Third. |',
    ]);
    expect(withValuesTable(README, values)).toMatch(/^# Chart\n.*\n<!-- end of values -->\nafter$/su);
    expect(withValuesTable(README, values)).not.toContain('old');
  });

  it('wants a comment for each value, and a place in the README', () => {
    expect(() => rows('a:\n  # a remark\n  b: 1')).toThrow('a.b: has no comment that begins with # --');
    expect(() => withValuesTable('# Chart', '# -- A.\na: 1')).toThrow('needs <!-- values');
  });
});
