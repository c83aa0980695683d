import type { Finding } from './finding.ts';
import { strictTimestamp } from './functions.ts';
import { firstUnfitPattern } from './pattern.ts';
import { isEngineName } from './replacements.ts';
import { callOf, childrenOf, isMacro, type Node, stringLiteral, type Visit, walk } from './syntax.ts';

const MACRO_LIMIT = 8;
const MACRO_DEPTH = 2;
const RELATIONS = new Set(['<', '<=', '>', '>=', 'in', '==', '!=']);

type Check = (visit: Visit) => string | undefined;

/** What the engine would take but a rule must not do, each by a small check on one node. */
const CHECKS: Readonly<Record<string, Check>> = {
  macro_nesting: ({ node, macros }) =>
    isMacro(node) && macros >= MACRO_DEPTH ? `lists are walked at most ${MACRO_DEPTH} deep` : undefined,
  growing_map: ({ node }) =>
    growsInMap(node) ? 'map() must not add lists or strings: it could grow without end' : undefined,
  unknown_function: ({ node }) => functionProblem(node),
  has_argument: ({ node }) => hasProblem(node),
  pattern: ({ node }) => dynamicPattern(node),
  timestamp_literal: ({ node }) => timestampProblem(node),
  duration_literal: ({ node }) => durationProblem(node),
  chained_relation: ({ node }) => chainProblem(node),
};

/** Every construct of the expression that is refused, in the order of the source. */
export function restrictions(ast: Node): Finding[] {
  const visits = [...walk(ast)];
  const findings = [...visits.flatMap(refusals), ...tooManyMacros(visits), ...unfitPattern(visits)];
  return findings.sort((a, b) => a.start - b.start);
}

function refusals(visit: Visit): Finding[] {
  const { start, end } = visit.node;
  return Object.entries(CHECKS).flatMap(([code, check]) => {
    const message = check(visit);
    return message === undefined ? [] : [{ code, message, start, end }];
  });
}

function tooManyMacros(visits: readonly Visit[]): Finding[] {
  const beyond = visits.map(({ node }) => node).filter(isMacro)[MACRO_LIMIT];
  if (beyond === undefined) return [];
  const { start, end } = beyond;
  return [{ code: 'macro_count', message: `at most ${MACRO_LIMIT} list macros`, start, end }];
}

function growsInMap(node: Node): boolean {
  const call = callOf(node);
  if (call?.name !== 'map') return false;
  return call.args.slice(1).some((body) => [...walk(body)].some(({ node: each }) => each.op === '+'));
}

function functionProblem(node: Node): string | undefined {
  const name = callOf(node)?.name;
  return name !== undefined && isEngineName(name) ? `there is no function ${name}` : undefined;
}

function hasProblem(node: Node): string | undefined {
  const call = callOf(node);
  const [argument] = call?.args ?? [];
  if (call?.name !== 'has' || argument?.op !== 'id') return undefined;
  return `has() takes a field, e.g. has(context.${String(argument.args)})`;
}

function dynamicPattern(node: Node): string | undefined {
  const call = callOf(node);
  if (call?.name !== 'matches' || patternOf(node) !== undefined) return undefined;
  return 'matches() takes a pattern written out in the rule';
}

function patternOf(node: Node): string | undefined {
  const call = callOf(node);
  return call?.name === 'matches' ? stringLiteral(call.args.at(-1)) : undefined;
}

function unfitPattern(visits: readonly Visit[]): Finding[] {
  const calls = visits.flatMap(({ node }) => {
    const pattern = patternOf(node);
    return pattern === undefined ? [] : [{ node, pattern }];
  });
  const unfit = firstUnfitPattern(calls.map(({ pattern }) => pattern));
  const node = unfit && callOf(calls[unfit.index]?.node)?.args.at(-1);
  if (unfit === undefined || node === undefined) return [];
  return [{ code: 'pattern', message: unfit.message, start: node.start, end: node.end }];
}

function timestampProblem(node: Node): string | undefined {
  const call = callOf(node);
  const text = call?.name === 'timestamp' ? stringLiteral(call.args[0]) : undefined;
  if (text === undefined) return undefined;
  try {
    strictTimestamp(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function durationProblem(node: Node): string | undefined {
  const call = callOf(node);
  const text = call?.name === 'duration' ? stringLiteral(call.args[0]) : undefined;
  if (text === undefined || /^-?(\d+(\.\d+)?(h|m|s|ms|us|ns))+$/.test(text)) return undefined;
  return 'duration() takes e.g. "1h30m" or "500ms"';
}

/**
 * The engine binds == and != looser than other relations; CEL binds them alike, from the left. Only a relation on the
 * right side, without parentheses, means something else for each.
 */
function chainProblem(node: Node): string | undefined {
  if (!isEquality(node)) return undefined;
  const [left, right] = node.args as [Node, Node];
  if (!RELATIONS.has(right.op) || parenthesised(left, right)) return undefined;
  return 'put parentheses around the comparison inside a comparison';
}

/**
 * Offsets leave parentheses out. `right` stands in a pair of its own when more of them open before it than close inside
 * of it: `a == ((b) in c)`, but not `a == (b) in c`.
 */
function parenthesised(left: Node, right: Node): boolean {
  const { input } = right;
  const opened = count(withoutComments(input.slice(left.end, right.start)), '(');
  return opened > unopened(withoutComments(withoutLiterals(right)));
}

/** The source of a node with blanks for its literals, which may hold anything. */
function withoutLiterals(root: Node): string {
  let text = root.input.slice(root.start, root.end);
  for (const { node } of walk(root)) {
    if (node.op !== 'value') continue;
    const [from, to] = [node.start - root.start, node.end - root.start];
    text = text.slice(0, from) + ' '.repeat(to - from) + text.slice(to);
  }
  return text;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\/[^\n]*/g, '');
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** How many parentheses are closed that were not opened in the text. */
function unopened(text: string): number {
  let open = 0;
  let missing = 0;
  for (const character of text) {
    if (character === '(') open += 1;
    if (character !== ')') continue;
    if (open > 0) open -= 1;
    else missing += 1;
  }
  return missing;
}

const DURATION = 'google.protobuf.Duration';

/** The engine does not normalise durations before it compares them for equality. Of a tree with checked types. */
export function durationEqualities(ast: Node): Finding[] {
  return [...walk(ast)].flatMap(({ node }) => {
    const compares = isEquality(node) || node.op === 'in';
    if (!compares || !childrenOf(node).some(({ checkedType }) => checkedType?.name.includes(DURATION)))
      return [];
    const message = 'compare durations by < and >, not by ==, != or in';
    return [{ code: 'duration_equality', message, start: node.start, end: node.end }];
  });
}

function isEquality({ op }: Node): boolean {
  return op === '==' || op === '!=';
}
