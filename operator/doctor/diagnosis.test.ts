import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { reportOf } from './diagnosis.ts';
import { SCOPES } from './slack.ts';

it('a report has a line for each finding, its cure below it, and counts what is missing', () => {
  const { text, isFine } = reportOf([
    { part: 'kinds', state: 'Fine', text: 'all 5 are served' },
    { part: 'a question', state: 'Missing', text: 'refused:\n\u001b[31mred', cure: 'do this' },
  ]);
  expect(text).toBe(
    [
      'ok       kinds       all 5 are served',
      'MISSING  a question  refused: [31mred',
      '                     → do this',
      '',
      '1 missing; the first may explain the others.',
      '',
    ].join('\n'),
  );
  expect(isFine).toBe(false);
});

it('advice and what cannot be seen are not missing', () => {
  const { text, isFine } = reportOf([
    { part: 'x', state: 'Advice', text: 'y' },
    { part: 'x', state: 'Unknown', text: 'y' },
  ]);
  expect([isFine, text]).toEqual([true, expect.stringContaining('Nothing is missing.')]);
});

it('the scopes that are looked for are those of the manifest', () => {
  const manifest = parse(readFileSync(new URL('../../slack-app-manifest.yaml', import.meta.url), 'utf8'));
  expect([...SCOPES].sort()).toEqual([...manifest.oauth_config.scopes.bot].sort());
});
