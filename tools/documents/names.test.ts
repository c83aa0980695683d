import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingChores, missingNames, pagesOf } from './names.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

it('the pages are those that a newcomer begins with, and others', () => {
  expect(pagesOf(REPOSITORY)).toEqual(
    expect.arrayContaining([
      'AGENTS.md',
      'CONTRIBUTING.md',
      'README.md',
      'charts/approvalgate/README.md',
      'docs/architecture.md',
    ]),
  );
});

describe('what is not there is found', () => {
  const missing = (text: string) => missingNames(REPOSITORY, 'docs/page.md', text).map(({ name }) => name);

  it('where it is a path of the repository, of a room, or a link', () => {
    const text =
      'See `operator/nothing.ts`, `decision/nothing.ts`, `test/nothing/*.yaml` and [a record](decisions/none.md#why).';
    expect(missing(text)).toEqual([
      'operator/nothing.ts',
      'decision/nothing.ts',
      'test/nothing/*.yaml',
      'decisions/none.md',
    ]);
  });

  it('and what is there, or is no path of this repository, is not', () => {
    const text =
      'See `operator/decision/judge.ts`, `decision/judge.ts`, `test/decision/corpus/*.yaml`, `test/model/`, `apis/apps`, ' +
      '[the records](decisions/0001-cel-engine.md), [Node](https://nodejs.org) and [below](#below).';
    expect(missing(text)).toEqual([]);
  });

  it('where it is a chore', () => {
    const makefile = 'check: x\n\t@true\nmutants: check\ne2e:\n';
    const text = '`make check`, `make love`, make tea, `make e2e`\n$ make mutants && make war\n';
    expect(missingChores(makefile, 'README.md', text).map(({ name }) => name)).toEqual([
      'make love',
      'make war',
    ]);
  });
});
