import { describe, expect, it } from 'vitest';
import { type Report, summaryOf } from './summary.ts';

type Result = Report['testResults'][number];
type Test = Result['assertionResults'][number];

const test = (fullName: string, ...failureMessages: string[]): Test => ({
  fullName,
  status: failureMessages.length > 0 ? 'failed' : 'passed',
  failureMessages,
});
const file = (name: string, tests: Test[], rest: Partial<Result> = {}): Result => {
  const status = tests.some(({ status: each }) => each === 'failed') ? 'failed' : 'passed';
  return { name: `/repository/${name}`, status, message: '', assertionResults: tests, ...rest };
};
const summary = (testResults: Result[], exitCode = 0) =>
  summaryOf([{ report: { testResults }, exitCode }], '/repository');

describe('the summary of a run', () => {
  it('is its counts where all is well', () => {
    const skipped = { ...test('c'), status: 'pending' };
    expect(summary([file('a.test.ts', [test('a'), test('b'), skipped])])).toEqual({
      text: '2 passed, 0 failed',
      isGood: true,
    });
  });

  it('names what failed, with its file and cause, before the counts', () => {
    const results = [
      file('crds/a.test.ts', [test('a'), test('people are asked', 'Error: nobody is\n    at x.ts:1')]),
      file('crds/b.test.ts', [], { status: 'failed', message: 'SyntaxError: no\nmore' }),
    ];
    expect(summary(results, 1)).toEqual({
      text: [
        'FAILED crds/a.test.ts > people are asked',
        '    Error: nobody is',
        'FAILED crds/b.test.ts',
        '    SyntaxError: no',
        '1 passed, 2 failed',
      ].join('\n'),
      isGood: false,
    });
  });

  it('names a file whose end failed though all its tests passed', () => {
    const hook = file('a.test.ts', [test('a')], { status: 'failed', message: 'Error: a hook' });
    expect(summary([hook], 1).text).toBe('FAILED a.test.ts\n    Error: a hook\n1 passed, 1 failed');
  });

  it('adds up several runs, and says what was skipped and why', () => {
    const runs = [
      { report: { testResults: [file('a.test.ts', [test('a')])] }, exitCode: 0 },
      { skipped: 'the tests on a real node: a node takes root' },
      { report: { testResults: [file('b.test.ts', [test('b'), test('c', 'Error: no')])] }, exitCode: 1 },
    ];
    expect(summaryOf(runs, '/repository').text.split('\n')).toEqual([
      'SKIPPED the tests on a real node: a node takes root',
      'FAILED b.test.ts > c',
      '    Error: no',
      '2 passed, 1 failed',
    ]);
    expect(summaryOf([{ skipped: 'all' }], '/repository').isGood).toBe(true);
  });

  it.each<[string, Report | undefined, number, string]>([
    ['has no report', undefined, 0, 'it ended with 0, after 0 tests that passed'],
    ['ran nothing', { testResults: [] }, 0, 'it ended with 0, after 0 tests that passed'],
    [
      'ended badly by what no test caught',
      { testResults: [file('a.test.ts', [test('a')])] },
      1,
      'it ended with 1, after 1 tests that passed',
    ],
  ])('is that of a failed run where it %s', (_, report, exitCode, cause) => {
    const { text, isGood } = summaryOf([{ report, exitCode }], '/repository');
    expect(text).toContain(`FAILED the run itself\n    ${cause}\n`);
    expect(isGood).toBe(false);
  });
});
