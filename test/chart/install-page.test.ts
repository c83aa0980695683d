import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHART, rendered } from '../support/chart.ts';
import { commandsOf, runInOneShell } from '../support/console.ts';

const REPOSITORY = join(CHART, '..', '..');
const PAGE = readFileSync(join(REPOSITORY, 'docs', 'install.md'), 'utf8');
const COMMANDS = commandsOf(PAGE);

it('the page has its commands in the form that a test runs', () => {
  const programs = COMMANDS.map((command) => command.split(' ')[0]);
  expect(new Set(programs.filter((each) => !each?.includes('=')))).toEqual(
    new Set(['export', 'docker', 'kubectl', 'helm', 'sed']),
  );
  expect(COMMANDS.length).toBeGreaterThan(18);
  expect(PAGE.match(/```console creates-a-cluster/gu)).toHaveLength(1);
});

it('one shell runs commands, each with what it printed, and names the one that fails', async () => {
  const options = { cwd: REPOSITORY, environment: { X: 'x' } };
  expect(
    commandsOf('```console\n$ echo a \\\n    b\nc\n$ echo d\n```\n```console by-hand\n$ no\n```\n'),
  ).toEqual(['echo a \\\nb', 'echo d']);
  expect(await runInOneShell(['Y=$X', 'echo $Y', 'echo z >&2'], options)).toEqual(['', 'x\n', 'z\n']);
  await expect(runInOneShell(['true', 'false', 'true'], options)).rejects.toThrow(
    /^false\nfailed with exit code 1/u,
  );
});

it('every value that the page names is one of the chart', async () => {
  const named = [...PAGE.matchAll(/`((?:[a-z][A-Za-z]*\.)+[A-Za-z]+)(?:=([A-Za-z]+))?`/gu)].map(
    ([, path = '']) => path,
  );
  const paths = named.filter((path) => !/\.(md|yaml|com|ts|dev)$/u.test(path));
  expect(paths.length).toBeGreaterThan(10);
  const table = readFileSync(join(CHART, 'README.md'), 'utf8');
  for (const path of paths) expect(table).toContain(`| \`${path}\` |`);
});

it('the image of the page is the one that the chart runs without being told', async () => {
  const deployment = (await rendered({})).find(({ kind }) => kind === 'Deployment');
  const [, image, tag] = /IMAGE=(\S+) TAG=(\S+)/u.exec(PAGE) ?? [];
  expect(deployment?.spec.template.spec.containers[0].image).toBe(`${image}:${tag}`);
});
