import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { evaluateAny } from './any.ts';
import type { Given } from './differential.ts';
import { askKubernetes } from './kubernetes.ts';
import { type SpecTest, specTests, valueOfSpec, viewOfSpec } from './spec.ts';
import type { View } from './view.ts';

interface Outcome {
  readonly test: SpecTest;
  readonly given: Given;
  readonly expected: View | undefined;
}

/** Reason → tests that give nothing for it; what ends with a slash are all tests of a section. */
const REFUSED = parse(readFileSync(join(import.meta.dirname, 'refused.yaml'), 'utf8')) as Record<
  string,
  readonly string[]
>;

it('gives what the specification says, or what Kubernetes says instead, or nothing, which is on a list', async () => {
  const outcomes = specTests()
    .filter((test) => !test.checkOnly && !needsContainer(test))
    .map(judge);
  const valued = outcomes.filter(({ test }) => test.evalError === undefined);
  const failing = outcomes.filter(({ test }) => test.evalError !== undefined);
  const right = valued.filter(({ given, expected }) => 'value' in given && same(given.value, expected));
  const other = valued.filter(({ given, expected }) => 'value' in given && !same(given.value, expected));
  const refused = valued.filter(({ given }) => 'error' in given);
  const lenient = failing.filter(({ given }) => 'value' in given);
  const wrong = await notAsKubernetes([...other, ...lenient]);
  console.log(
    `cel-spec: of ${valued.length} tests that expect a value ${right.length} give it, ${refused.length} give none, ` +
      `${other.length} what Kubernetes gives instead; of ${failing.length} that expect an error ${lenient.length} ` +
      `give the value that Kubernetes gives; ${wrong.length} are wrong`,
  );
  expect(wrong.map(told)).toEqual([]);
  const listed = Object.values(REFUSED).flat();
  const isListed = ({ test }: Outcome): boolean => listed.some((entry) => covers(entry, test.path));
  expect(refused.filter((each) => !isListed(each)).map(told)).toEqual([]);
  const passing = [...right, ...other].filter(isListed).map(({ test }) => test.path);
  expect(passing, 'passes by now: take it off the list').toEqual([]);
  const stale = listed.filter((entry) => !refused.some(({ test }) => covers(entry, test.path)));
  expect(stale, 'names no test').toEqual([]);
});

/** Names within a container are nothing that rules have. */
function needsContainer({ bindings = {} }: SpecTest): boolean {
  return Object.keys(bindings).some((name) => name.includes('.'));
}

/** The specification of string formats has changed since the version that Kubernetes has. */
async function notAsKubernetes(outcomes: readonly Outcome[]): Promise<Outcome[]> {
  const variables = ({ bindings = {} }: SpecTest): Record<string, unknown> =>
    Object.fromEntries(Object.entries(bindings).map(([name, { value }]) => [name, Object.values(value)[0]]));
  const asked = outcomes.map(({ test }) => ({ expression: test.expr, variables: variables(test) }));
  const answers = await askKubernetes(
    asked.flatMap((each) => Object.keys(each.variables)),
    asked,
  );
  return outcomes.filter(
    ({ given }, i) => !('value' in given && same(given.value, answers[i]?.value as View | undefined)),
  );
}

function judge(test: SpecTest): Outcome {
  const variables = Object.entries(test.bindings ?? {}).map(
    ([name, { value }]) => [name, valueOfSpec(value)] as const,
  );
  const expected = viewOfSpec(test.value ?? test.typedResult?.result ?? { boolValue: true });
  const known = variables.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { test, expected, given: evaluateAny(test.expr, new Map(known)) };
}

function same(given: View, expected: View | undefined): boolean {
  return JSON.stringify(given) === JSON.stringify(expected);
}

function covers(entry: string, path: string): boolean {
  return entry.endsWith('/') ? path.startsWith(entry) : entry === path;
}

function told({ test: { path, expr }, given, expected }: Outcome): object {
  return { path, expr, given, expected };
}
