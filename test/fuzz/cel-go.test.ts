import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import type { Checkpoint } from '../../crds/types.ts';
import { compileRule } from '../../operator/rules/compile.ts';
import { variablesOf } from '../../operator/rules/input.ts';
import { expression, facts, KEYS } from '../support/expressions.ts';
import { SEED } from '../support/seed.ts';

const CASES = 24_000;
const ORACLE = join(import.meta.dirname, '..', '..', 'tools', 'cel-oracle');
const NOW = '2026-11-23T12:00:00Z';

interface Case {
  readonly source: string;
  readonly context: Record<string, unknown>;
}

/** A boolean, or undefined where an engine refuses or fails: then a person is asked. */
type Verdict = boolean | undefined;

it('gives no other boolean than cel-go, on random expressions as rules have them', async () => {
  const cases = fc.sample(fc.record({ source: expression, context: facts }), { numRuns: CASES, seed: SEED });
  const theirs = await verdictsOfCelGo(cases);
  const ours = cases.map(verdict);
  const pairs = cases.map(({ source, context }, i) => ({
    source,
    context,
    ours: ours[i],
    theirs: theirs[i],
  }));
  const both = pairs.filter((each) => each.ours !== undefined && each.theirs !== undefined);
  const wider = pairs.filter((each) => each.ours !== undefined && each.theirs === undefined);
  console.log(
    `seed ${SEED}: of ${CASES} expressions both engines answer ${both.length}, only ours ${wider.length}, ` +
      `only cel-go ${pairs.filter((each) => each.ours === undefined && each.theirs !== undefined).length}`,
  );
  const again = `again with FUZZ_SEED=${SEED}`;
  expect(both.filter((each) => each.ours !== each.theirs).slice(0, 5), again).toEqual([]);
  expect(both.length, again).toBeGreaterThan(CASES / 2);
  expect(new Set(both.map((each) => each.ours)), again).toEqual(new Set([true, false]));
}, 300_000);

function verdict({ source, context }: Case): Verdict {
  const compiled = compileRule({ condition: source });
  if (!compiled.ok || compiled.condition === undefined) return undefined;
  try {
    const value = compiled.condition.evaluate(
      variablesOf({ checkpoint: checkpoint(context), namespaceLabels: {} }),
    );
    return typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}

function checkpoint(context: Record<string, unknown>): Checkpoint {
  return {
    apiVersion: 'approvalgate.dev/v1alpha1',
    kind: 'Checkpoint',
    metadata: { name: 'c', namespace: 'shop', creationTimestamp: NOW },
    spec: { action: 'refund', agent: 'bot', requester: { username: 'mia', uid: '', groups: [] }, context },
  };
}

async function verdictsOfCelGo(cases: readonly Case[]): Promise<Verdict[]> {
  const folder = await mkdtemp(join(tmpdir(), 'approvalgate-cel-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const program = join(folder, 'cel-oracle');
  await promisify(execFile)('go', ['build', '-o', program, '.'], { cwd: ORACLE }).catch((error: Error) => {
    throw new Error(`Go is needed to build the reference engine: ${error.message}`);
  });
  const oracle = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const questions = cases.map(({ source, context }) => ({
    expression: source,
    now: NOW,
    variables: {
      ...context,
      context,
      action: 'refund',
      agent: 'bot',
      requester: { username: 'mia', uid: '', groups: [] },
      namespaceName: 'shop',
      namespaceLabels: {},
    },
  }));
  oracle.stdin.end([{ keys: KEYS }, ...questions].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const lines = (await text(oracle.stdout)).trim().split('\n');
  expect(lines).toHaveLength(cases.length);
  return lines.map((line) => (JSON.parse(line) as { value?: boolean }).value);
}
