import type { Finding } from '../finding.ts';
import type { Node, Visit } from '../syntax.ts';

/** What is wrong with a node, and how it is cured. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Where, if it is not the whole node. */
  readonly at?: Node;
}

/** Looks at one node. */
export type Check = (visit: Visit) => Refusal | undefined;

/** What the checks find, in the order of the source. */
export function findingsOf(visits: readonly Visit[], checks: readonly Check[]): Finding[] {
  const findings = visits.flatMap((visit) =>
    checks.flatMap((check) => {
      const refusal = check(visit);
      return refusal === undefined ? [] : [findingAt(refusal, visit.node)];
    }),
  );
  return findings.sort((a, b) => a.start - b.start);
}

export function findingAt({ code, message, at }: Refusal, node: Node): Finding {
  const { start, end } = at ?? node;
  return { code, message, start, end };
}
