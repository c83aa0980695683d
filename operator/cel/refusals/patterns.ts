import type { Finding } from '../finding.ts';
import { measurePattern, type Pattern, SIZE_LIMIT } from '../pattern.ts';
import { callOf, type Node, stringLiteral, type Visit } from '../syntax.ts';
import { findingAt } from './refusal.ts';

/** Which argument of a method is a pattern; of a function it comes one later. */
const PATTERN_ARGUMENT: ReadonlyMap<string, number> = new Map([
  ['matches', 0],
  ['find', 0],
  ['findAll', 0],
]);

/** The patterns of an expression, or what is wrong with the first that is unfit, alone or with those before it. */
export type Patterns =
  | { readonly ok: true; readonly patterns: readonly Pattern[] }
  | { readonly ok: false; readonly finding: Finding };

/** Stops at the first unfit one: the rest would cost as much. */
export function patternsOf(visits: readonly Visit[]): Patterns {
  const patterns: Pattern[] = [];
  let budget = SIZE_LIMIT;
  for (const node of visits.flatMap(patternNode)) {
    const source = stringLiteral(node);
    const problem = source === undefined ? DYNAMIC : backspace(source);
    if (source === undefined || problem !== undefined) return unfit(node, problem ?? DYNAMIC);
    const measured = measurePattern(source, budget);
    if (!measured.ok) return unfit(node, measured.message);
    budget -= measured.size;
    patterns.push(measured.pattern);
  }
  return { ok: true, patterns };
}

const DYNAMIC =
  'a pattern stands in the rule, so that it can be checked: write it out, joining several with |';

function unfit(node: Node, message: string): Patterns {
  return { ok: false, finding: findingAt({ code: 'pattern', message }, node) };
}

/** `"\b"` without an `r` is a backspace, which no text has. */
function backspace(source: string): string | undefined {
  if (!source.includes('\b')) return undefined;
  const meant = source.replaceAll('\b', String.raw`\b`);
  return String.raw`\b in "…" is a backspace: write r"${meant}" for the boundary of a word`;
}

function patternNode({ node }: Visit): Node[] {
  const call = callOf(node);
  const index = PATTERN_ARGUMENT.get(call?.name ?? '');
  const argument =
    index === undefined ? undefined : call?.args[call.receiver === undefined ? index + 1 : index];
  return argument === undefined ? [] : [argument];
}
