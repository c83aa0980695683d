import { expect, it } from 'vitest';
import { conditionGives, DEFAULT_FACTS, type Facts } from '../support/cel.ts';
import { CONDITIONS, EXAMPLE_CONTEXT, EXAMPLES } from '../support/rules-page.ts';
import { askKubernetes } from './kubernetes.ts';

/** What the page says that Kubernetes answers otherwise: int with double, and what the oracle does not load besides. */
const OURS = [
  'context.?amount.optMap(a, a * 2).orValue(0) == 24',
  'cel.bind(n, items.size(), n > 1 && n < 5)',
];

it('finds Kubernetes of one mind with docs/rules.md', async () => {
  const examples = EXAMPLES.filter(({ from, example }) => from !== 'ours' && !OURS.includes(example));
  const asked = [
    ...examples.map(({ example }) => question(example, { context: EXAMPLE_CONTEXT }, true)),
    ...CONDITIONS.flatMap(({ condition, yes, nos }) => [
      question(condition, yes, true),
      ...nos.map((no) => question(condition, no, false)),
    ]),
  ];
  const keys = new Set(asked.flatMap(({ variables }) => Object.keys(variables)));
  const answers = await askKubernetes([...keys], asked);
  const other = asked.filter(({ wanted }, index) => answers[index]?.value !== wanted);
  expect(other.map(({ expression }) => expression)).toEqual([]);
});

const FACTS: Facts = { context: { ...EXAMPLE_CONTEXT, mixed: [1, 'a'], scores: { ann: 1 } } };

it.each([
  'context.mixed.max() == 1.0',
  'context.mixed.min() == 1.0',
  'context.mixed.isSorted()',
  'semver("18446744073709551615.0.0").major() == -1',
  'url("/?a=%ff").getQuery().size() == 1',
  `isQuantity("${'1'.repeat(1001)}")`,
  'context.scores.transformMapEntry(name, score, {score: name}).size() == 1',
])('leaves to Kubernetes alone: %s', async (expression) => {
  const [answer] = await askKubernetes(Object.keys(FACTS.context ?? {}), [question(expression, FACTS, true)]);
  expect(answer?.value).toBe(true);
  expect(conditionGives(expression, FACTS)).toBeTypeOf('string');
});

it.each(['amount * 2 == 24.0', 'dyn(1) + 2.5 == 3.5', 'quantity("2") == quantity("1").add(1)'])(
  'answers alone: %s',
  async (expression) => {
    const [answer] = await askKubernetes(Object.keys(FACTS.context ?? {}), [
      question(expression, FACTS, true),
    ]);
    expect(answer?.value).toBeUndefined();
    expect(conditionGives(expression, FACTS)).toBe(true);
  },
);

function question(expression: string, facts: Facts, wanted: boolean) {
  const { context, ...others } = { ...DEFAULT_FACTS, ...facts };
  return { expression, variables: { ...context, ...others, context }, wanted };
}
