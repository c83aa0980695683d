import type { Finding } from '../finding.ts';
import type { Pattern } from '../pattern.ts';
import { type Node, walk } from '../syntax.ts';
import { CALLS } from './calls.ts';
import { LITERALS, numberOutOfRange } from './literals.ts';
import { patternsOf } from './patterns.ts';
import { findingsOf } from './refusal.ts';
import { chainedRelation } from './relations.ts';
import { STRUCTURE, tooManyWalks } from './structure.ts';

/** What is refused whatever its types are, in the order of the source; else the patterns of the expression. */
export function inspect(root: Node): { findings: readonly Finding[]; patterns: readonly Pattern[] } {
  const visits = [...walk(root)];
  const checks = [...CALLS, ...LITERALS, ...STRUCTURE, numberOutOfRange(visits), chainedRelation];
  const findings = [...findingsOf(visits, checks), ...tooManyWalks(visits)];
  if (findings.length > 0) return { findings, patterns: [] };
  const patterns = patternsOf(visits);
  return patterns.ok
    ? { findings, patterns: patterns.patterns }
    : { findings: [patterns.finding], patterns: [] };
}
