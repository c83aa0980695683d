import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileRule } from '../../operator/rules/compile.ts';
import { SEED } from '../support/seed.ts';
import { evaluateAny } from './any.ts';
import { compared, type Kind, type Pair, type Plan, report } from './differential.ts';
import { KINDS } from './grammar.ts';
import { variables, verdicts } from './ours.ts';

const DEPTHS = [1, 2, 2, 3, 3, 4];

const CONDITIONS: Plan = {
  expressions: 21_000,
  contextsEach: 3,
  kinds: ['bool'],
  depths: DEPTHS,
  counts: (value) => typeof value === 'boolean',
  skips: isConstant,
};

const VALUES: Plan = {
  expressions: 7_000,
  contextsEach: 3,
  kinds: [...KINDS.keys()],
  depths: DEPTHS,
  counts: () => true,
  skips: () => false,
};

/** Where each exception is explained by its name. */
const RULES = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'rules.md'), 'utf8');
const PLAIN: ReadonlySet<Kind> = new Set<Kind>(['both', 'neither', 'only Kubernetes', 'fault']);

it(`gives no other boolean than Kubernetes, and none where Kubernetes has none (seed ${SEED})`, async () => {
  const kinds = await compared(SEED, CONDITIONS, verdicts);
  tell('conditions', kinds);
  expect(report(kinds.get('fault'))).toEqual([]);
  for (const kind of kinds.keys()) if (!PLAIN.has(kind)) expect(RULES).toContain(`**${kind}**`);
  const both = kinds.get('both') ?? [];
  expect(both.length).toBeGreaterThan(20_000);
  const values = new Set(both.map(({ ours }) => 'value' in ours && ours.value));
  expect(values).toEqual(new Set([true, false]));
}, 600_000);

it(`gives no other value of any type than Kubernetes (seed ${SEED})`, async () => {
  const kinds = await compared(SEED, VALUES, (source, contexts) =>
    contexts.map((context) => evaluateAny(source, variables(context))),
  );
  tell('values', kinds);
  expect(report(kinds.get('fault'))).toEqual([]);
}, 600_000);

/** A condition that is the same for every checkpoint is refused before it is asked anything. */
function isConstant(condition: string): boolean {
  const compiled = compileRule({ condition });
  return !compiled.ok && compiled.problems.some(({ code }) => code === 'constant' || code === 'never');
}

function tell(what: string, kinds: ReadonlyMap<Kind, readonly Pair[]>): void {
  const total = [...kinds.values()].reduce((sum, { length }) => sum + length, 0);
  const counts = [...kinds].map(([kind, { length }]) => `${kind} ${length}`).sort();
  console.log(`${what} against Kubernetes, seed ${SEED}: ${total} pairs, of them ${counts.join(', ')}`);
}
