import { expect, it } from 'vitest';
import { Random } from '../model/random.ts';
import { SEED } from '../support/seed.ts';
import { context, KEYS } from './contexts.ts';
import { expression } from './generate.ts';
import { type Answer, askKubernetes } from './kubernetes.ts';
import { LABELS, NOW, REQUESTER, type Verdict, verdicts } from './ours.ts';

const EXPRESSIONS = 21_000;
const CONTEXTS_EACH = 3;
const DEPTHS = [1, 2, 2, 3, 3, 4] as const;

interface Pair {
  readonly source: string;
  readonly context: Record<string, unknown>;
  readonly ours: Verdict;
  readonly theirs: Answer;
}

it.fails(`gives no other boolean than Kubernetes, and none where Kubernetes has none (seed ${SEED})`, async () => {
  const pairs = await judgedByBoth(new Random(SEED));
  const verdict = ({ theirs }: Pair): Verdict =>
    typeof theirs.value === 'boolean' ? theirs.value : undefined;
  const both = pairs.filter((pair) => pair.ours !== undefined && verdict(pair) !== undefined);
  const different = both.filter((pair) => pair.ours !== verdict(pair));
  const wider = pairs.filter((pair) => pair.ours !== undefined && verdict(pair) === undefined);
  const mixed = wider.filter(({ ours, theirs }) => theirs.mixed?.value === ours);
  const narrower = pairs.filter((pair) => pair.ours === undefined && verdict(pair) !== undefined);
  console.log(
    `rules against Kubernetes, seed ${SEED}: of ${pairs.length} pairs both answer ${both.length}, ` +
      `${different.length} differ; ${wider.length} only ours, ${mixed.length} of them for int with double; ` +
      `${narrower.length} only Kubernetes`,
  );
  expect(report(different)).toEqual([]);
  expect(report(wider.filter((pair) => !mixed.includes(pair)))).toEqual([]);
  expect(both.length).toBeGreaterThan(pairs.length / 3);
  expect(new Set(both.map(({ ours }) => ours))).toEqual(new Set([true, false]));
}, 600_000);

async function judgedByBoth(random: Random): Promise<Pair[]> {
  const asked = Array.from({ length: EXPRESSIONS }, () => ({
    source: expression(random, 'bool', random.pick(DEPTHS)),
    contexts: Array.from({ length: CONTEXTS_EACH }, () => context(random)),
  }));
  const theirs = await askKubernetes(
    KEYS,
    asked.flatMap(({ source, contexts }) =>
      contexts.map((each) => ({ expression: source, variables: variables(each) })),
    ),
  );
  return asked
    .flatMap(({ source, contexts }) => {
      const ours = verdicts(source, contexts);
      return contexts.map((each, i) => ({ source, context: each, ours: ours[i] }));
    })
    .map((pair, i) => ({ ...pair, theirs: theirs[i] ?? { cost: 0 } }));
}

/** The facts win over context keys of the same name. */
function variables(context: Record<string, unknown>): Record<string, unknown> {
  return {
    ...context,
    context,
    action: 'refund',
    agent: 'bot',
    requester: REQUESTER,
    namespaceName: 'shop',
    namespaceLabels: LABELS,
    now: NOW,
  };
}

/** The shortest first, each once, with what of its context it names: they say most. */
function report(pairs: readonly Pair[]): object[] {
  const shortest = pairs.toSorted((a, b) => a.source.length - b.source.length);
  const once = new Map(shortest.map((pair) => [pair.source, pair]));
  return [...once.values()].slice(0, 20).map(({ source, context, ours, theirs }) => {
    const named = Object.entries(context).filter(
      ([key]) => source.includes(key) || /\bcontext\b/.test(source),
    );
    return {
      source,
      context: JSON.stringify(Object.fromEntries(named)),
      ours,
      theirs: theirs.value ?? theirs.error,
    };
  });
}
