import type { Finding } from '../finding.ts';
import type { Pattern } from '../pattern.ts';
import type { ResultType } from '../result-type.ts';
import { type Node, walk } from '../syntax.ts';
import { CALLS } from './calls.ts';
import { constantCondition, constantPart } from './constants.ts';
import { contradiction } from './contradictions.ts';
import { unfilledFormat } from './formats.ts';
import { unlikeItems } from './literal-types.ts';
import { LITERALS, numberOutOfRange } from './literals.ts';
import { NEVER } from './never.ts';
import { patternsOf } from './patterns.ts';
import { findingsOf } from './refusal.ts';
import { chainedRelation } from './relations.ts';
import { STRUCTURE, tooManyWalks } from './structure.ts';

/** What is refused whatever its types are, in the order of the source; else the patterns of the expression. */
export function refusalsOf(root: Node): { findings: readonly Finding[]; patterns: readonly Pattern[] } {
  const visits = [...walk(root)];
  const checks = [
    ...CALLS,
    ...LITERALS,
    ...STRUCTURE,
    numberOutOfRange(visits),
    chainedRelation,
    unfilledFormat,
  ];
  const findings = [...findingsOf(visits, checks), ...tooManyWalks(visits)];
  if (findings.length > 0) return { findings, patterns: [] };
  const patterns = patternsOf(visits);
  return patterns.ok
    ? { findings, patterns: patterns.patterns }
    : { findings: [patterns.finding], patterns: [] };
}

/** What is refused of a tree with checked types; only of a condition what nobody could have meant by one. */
export function typedRefusalsOf(root: Node, wanted: ResultType): Finding[] {
  const meaningless = [constantCondition(root), constantPart, ...NEVER, contradiction];
  const checks = wanted === 'bool' ? meaningless : [];
  return [...unlikeItems(root), ...once(findingsOf([...walk(root)], checks))];
}

/** A part of a part that is refused says nothing more. */
function once(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ start, end }, index) =>
      !findings.some((other, place) => place < index && other.start <= start && other.end >= end),
  );
}
