import { relative } from 'node:path';

/** What of vitest's JSON report is read. A file that cannot be loaded has a message and no tests. */
export interface Report {
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** What a run of vitest gave, or why there was none. */
export type Run =
  /** Of the runner; a run that could write no report has none. */
  { readonly report: Report | undefined; readonly exitCode: number } | { readonly skipped: string };

/** Longer causes stand in full above. */
const CAUSE_LENGTH = 200;

/**
 * The last lines of some runs: what was skipped and why, what failed with its file and the first line of its cause, then
 * how many passed and failed. A run without a report, without a single test, or that ended badly with none that failed,
 * has failed.
 */
export function summaryOf(runs: readonly Run[], root: string) {
  const skipped = runs.flatMap((run) => ('skipped' in run ? [`SKIPPED ${run.skipped}`] : []));
  const results = runs.flatMap((run) => ('skipped' in run ? [] : [resultOf(run, root)]));
  const failures = results.flatMap((result) => result.failures);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const counts = `${passed} passed, ${failures.length} failed`;
  return { text: [...skipped, ...failures, counts].join('\n'), isGood: failures.length === 0 };
}

function resultOf({ report, exitCode }: Exclude<Run, { skipped: string }>, root: string) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relative(root, name) })),
  );
  const failures = [
    ...tests
      .filter(({ status }) => status === 'failed')
      .map(({ file, fullName, failureMessages }) => told(`${file} > ${fullName}`, failureMessages?.[0])),
    ...files
      .filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some(hasFailed))
      .map(({ name, message }) => told(relative(root, name), message)),
  ];
  const passed = tests.filter(({ status }) => status === 'passed').length;
  if (failures.length === 0 && (exitCode !== 0 || passed === 0)) {
    failures.push(told('the run itself', `it ended with ${exitCode}, after ${passed} tests that passed`));
  }
  return { passed, failures };
}

function hasFailed({ status }: { readonly status: string }): boolean {
  return status === 'failed';
}

function told(what: string, cause = ''): string {
  const line = cause.trim().split('\n')[0] ?? '';
  return `FAILED ${what}\n    ${line.slice(0, CAUSE_LENGTH)}`;
}
