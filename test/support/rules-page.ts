import { readFileSync } from 'node:fs';
import { VARIABLES } from '../../operator/cel/expression.ts';
import type { Facts } from './cel.ts';

const page = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');

const ROW = /^\| `(?<name>[^|]+?)` \| `(?<example>[^|]+)` \| (?<from>CEL|K8s|cel-go|ours) \|$/gm;
const BLOCK =
  /```cel\n\/\/ (?<what>.+)\n(?<condition>[\s\S]+?)\n\/\/ yes (?<yes>.+)(?<nos>(?:\n\/\/ no {2}.+)+)\n```/g;

/** What is refused, examples, what to write. What is about a message is no condition. */
const REFUSED_ROW = /^\| (?!a message)[^`|]+ \| (?<examples>`.+?`) \| /gm;

/** A function with an expression that is true for `EXAMPLE_CONTEXT`. */
export interface Example {
  readonly name: string;
  readonly example: string;
  readonly from: string;
}

/** A condition with facts that it holds for, and with others for each of which it does not. */
export interface Condition {
  readonly what: string;
  readonly condition: string;
  readonly yes: Facts;
  readonly nos: readonly Facts[];
}

export const EXAMPLE_CONTEXT = {
  amount: 12,
  items: [
    { name: 'bag', price: 10, quantity: 2 },
    { name: 'cap', price: 5.5, quantity: 1 },
  ],
};

export const EXAMPLES: readonly Example[] = Array.from(page.matchAll(ROW), ({ groups }) => {
  const { name = '', example = '', from = '' } = groups ?? {};
  return { name, example, from };
});

export const CONDITIONS: readonly Condition[] = Array.from(page.matchAll(BLOCK), ({ groups }) => {
  const { what = '', condition = '', yes, nos = '' } = groups ?? {};
  const lines = nos.trim().split('\n');
  return {
    what,
    condition,
    yes: factsOf(yes),
    nos: lines.map((line) => factsOf(line.replace(/^\/\/ no {2}/, ''))),
  };
});

/** Conditions that nobody can mean. */
export const REFUSED: readonly string[] = Array.from(
  /## What is refused[\s\S]+?\n## /.exec(page)?.[0].matchAll(REFUSED_ROW) ?? [],
  ({ groups }) => groups?.['examples'] ?? '',
).flatMap((examples) =>
  Array.from(examples.matchAll(/`([^`]+)`/g), ([, example = '']) => example.replaceAll('\\|', '|')),
);

/** As many as there should be: a block that is not written like the others is none of them. */
export const CONDITION_BLOCKS = page.match(/```cel/g)?.length ?? 0;

/** Facts as the page writes them: those that are no variables of their own are keys of the context. */
function factsOf(json = '{}'): Facts {
  const entries = Object.entries(JSON.parse(json) as Record<string, unknown>);
  const isFact = ([name]: [string, unknown]) => name in VARIABLES;
  return {
    ...Object.fromEntries(entries.filter(isFact)),
    context: Object.fromEntries(entries.filter((entry) => !isFact(entry))),
  };
}
