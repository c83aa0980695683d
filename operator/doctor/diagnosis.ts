/** What a look at one part of an installation came to. */
export interface Diagnosis {
  /** Which part, in a word or two. */
  readonly part: string;
  /**
   * `Missing`: without it something does not work. `Advice`: it works, and something is still to do. `Unknown`: whoever
   * looks may not, or cannot, see it.
   */
  readonly state: 'Fine' | 'Missing' | 'Advice' | 'Unknown';
  /** One sentence on what is so. */
  readonly text: string;
  /** What to do about it: a command, or a sentence. */
  readonly cure?: string;
  /** Nothing else can be looked at. */
  readonly ends?: true;
}

const MARKS: Readonly<Record<Diagnosis['state'], string>> = {
  Fine: 'ok     ',
  Missing: 'MISSING',
  Advice: 'advice ',
  Unknown: 'unknown',
};

/** Lines for a person, and whether nothing is missing. */
export function reportOf(findings: readonly Diagnosis[]): { text: string; isFine: boolean } {
  const width = Math.max(0, ...findings.map(({ part }) => part.length));
  const lines = findings.map(({ part, state, text, cure }) =>
    [
      `${MARKS[state]}  ${part.padEnd(width)}  ${oneLine(text)}`,
      ...(cure ? [`${' '.repeat(width + 11)}→ ${cure}`] : []),
    ].join('\n'),
  );
  const missing = findings.filter(({ state }) => state === 'Missing').length;
  const end = missing === 0 ? 'Nothing is missing.' : `${missing} missing; the first may explain the others.`;
  return { text: [...lines, '', end, ''].join('\n'), isFine: missing === 0 };
}

/** An API server's message may quote what others wrote. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 1_000);
}
