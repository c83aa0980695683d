import { expect, it } from 'vitest';
import { DEFAULT_FACTS, type Facts } from '../support/cel.ts';
import { CONDITIONS, EXAMPLE_CONTEXT, EXAMPLES } from '../support/rules-page.ts';
import { askKubernetes } from './kubernetes.ts';

/** What the page says that Kubernetes answers otherwise: int with double, and what it does not load. */
const OURS = [
  'context.?amount.optMap(a, a * 2).orValue(0) == 24',
  '"abc".reverse() == "cba"',
  'cel.bind(n, items.size(), n > 1 && n < 5)',
];

it('finds Kubernetes of one mind with docs/rules.md', async () => {
  const examples = EXAMPLES.filter(({ from, example }) => from !== 'ours' && !OURS.includes(example));
  const asked = [
    ...examples.map(({ example }) => question(example, { context: EXAMPLE_CONTEXT }, true)),
    ...CONDITIONS.flatMap(({ condition, yes, no }) => [
      question(condition, yes, true),
      question(condition, no, false),
    ]),
  ];
  const keys = new Set(asked.flatMap(({ variables }) => Object.keys(variables)));
  const answers = await askKubernetes([...keys], asked);
  const other = asked.filter(({ wanted }, index) => answers[index]?.value !== wanted);
  expect(other.map(({ expression }) => expression)).toEqual([]);
});

function question(expression: string, facts: Facts, wanted: boolean) {
  const { context, ...others } = { ...DEFAULT_FACTS, ...facts };
  return { expression, variables: { ...context, ...others, context }, wanted };
}
