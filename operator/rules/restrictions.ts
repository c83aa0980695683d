import { RE2JS } from 're2js';
import type { Finding } from './finding.ts';
import { strictTimestamp } from './functions.ts';
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
  pattern: ({ node }) => patternProblem(node),
  timestamp_literal: ({ node }) => timestampProblem(node),
  duration_literal: ({ node }) => durationProblem(node),
  chained_relation: ({ node }) => chainProblem(node),
  duration_equality: ({ node }) => durationEquality(node),
};

/** Every construct of the expression that is refused, in the order of the source. */
export function restrictions(ast: Node): Finding[] {
  const visits = [...walk(ast)];
  const findings = [...visits.flatMap(refusals), ...tooManyMacros(visits)];
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

function patternProblem(node: Node): string | undefined {
  const call = callOf(node);
  if (call?.name !== 'matches') return undefined;
  const pattern = stringLiteral(call.args.at(-1));
  if (pattern === undefined) return 'matches() takes a pattern written out in the rule';
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch {
    return 'the pattern is no RE2 pattern (no look-around, no back references)';
  }
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

/** The engine binds == and != looser than other relations; CEL binds them alike, from the left. */
function chainProblem(node: Node): string | undefined {
  if (node.op !== '==' && node.op !== '!=') return undefined;
  const [left, right] = node.args as [Node, Node];
  const mixed = [left, right].some((side) => RELATIONS.has(side.op) && !parenthesised(side, node));
  return mixed ? 'put parentheses around the comparison inside a comparison' : undefined;
}

/** Offsets leave parentheses out: what stands between the operands and the operator shows them. */
function parenthesised(side: Node, parent: Node): boolean {
  const { input } = parent;
  const before = input.slice(0, side.start).trimEnd();
  const after = input.slice(side.end).trimStart();
  return before.endsWith('(') && after.startsWith(')');
}

/** The engine does not normalise durations before it compares them for equality. */
function durationEquality(node: Node): string | undefined {
  if (node.op !== '==' && node.op !== '!=') return undefined;
  const isDuration = childrenOf(node).some(givesDuration);
  return isDuration ? 'compare durations by < and >, not by == or !=' : undefined;
}

function givesDuration(node: Node): boolean {
  if (callOf(node)?.name === 'duration') return true;
  return (node.op === '+' || node.op === '-') && childrenOf(node).some(givesDuration);
}
