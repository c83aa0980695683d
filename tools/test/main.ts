import { testOnNode } from './on-node.ts';
import { type Run, summaryOf } from './summary.ts';
import { REPOSITORY, runVitest } from './vitest.ts';

/** `--e2e`: only on a real node; `--all`: everything. What follows is for vitest: files, `--project unit`. */
const [first = '', ...rest] = process.argv.slice(2);
const chosen = first === '--e2e' || first === '--all' ? first : undefined;
const filters = chosen === undefined ? process.argv.slice(2) : rest;

const runs: Run[] = [];
if (chosen !== '--e2e') runs.push(await runVitest({ name: 'here', filters: [...projects(), ...filters] }));
if (chosen !== undefined) runs.push(...(await testOnNode(filters)));
const summary = summaryOf(runs, REPOSITORY);
console.log(`\n${summary.text}`);
process.exit(summary.isGood ? 0 : 1);

/** Those that take neither root nor packages of the machine. */
function projects(): string[] {
  return filters.includes('--project') ? [] : ['--project', 'unit', '--project', 'cluster'];
}
