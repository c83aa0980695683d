import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { CALLABLE } from '../../operator/cel/evaluation/calls.ts';
import { KINDS, pieces } from './grammar.ts';

/** What Kubernetes does not have. */
const OURS = ['cel.bind', 'formatMoney', 'formatNumber'];

it('calls every function and macro that rules have and Kubernetes has', () => {
  const templates = [...KINDS.values()].flatMap(({ leaves, calls }) => [...leaves, ...calls]);
  const written = templates.flatMap((template) => pieces(template)).join('\n');
  const names = new Set(CALLABLE.map((key) => key.replace(/\/\d+$/, '')));
  const missing = [...names].filter((name) => !written.includes(`${name}(`));
  expect(missing.sort()).toEqual(OURS);
});

it('is broken by mutants whose place is still there', () => {
  const text = readFileSync(join(import.meta.dirname, 'mutants.yaml'), 'utf8');
  const mutants = parse(text) as { breaks: string; file: string; from: string }[];
  expect(mutants.length).toBeGreaterThanOrEqual(10);
  for (const { file, from, breaks } of mutants) {
    const source = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8');
    expect(source.split(from).length - 1, breaks).toBe(1);
  }
});
