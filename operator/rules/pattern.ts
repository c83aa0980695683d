import { RE2JS } from 're2js';

/** Characters of one pattern: compiling takes time and memory by its counted repetitions, whoever compiles it. */
const LENGTH_LIMIT = 256;

/** Instructions of all patterns of one expression; each takes half a kilobyte. `^[a-z0-9-]{3,63}$` has 131. */
const PROGRAM_LIMIT = 2_000;

/** Instructions of the patterns that are kept compiled, over all rules. */
const KEPT_LIMIT = 20_000;

/** What is wrong with a pattern that may have `budget` instructions, or how many it has. */
export type Measured =
  | { readonly ok: true; readonly size: number }
  | { readonly ok: false; readonly message: string };

export function measurePattern(pattern: string, budget = PROGRAM_LIMIT): Measured {
  if (pattern.length > LENGTH_LIMIT) {
    return { ok: false, message: `the pattern is longer than ${LENGTH_LIMIT} characters` };
  }
  try {
    const size = RE2JS.compile(pattern).programSize();
    if (size <= budget) return { ok: true, size };
    return { ok: false, message: 'the patterns of the expression repeat too much' };
  } catch {
    return { ok: false, message: 'the pattern is no RE2 pattern (no look-around, no back references)' };
  }
}

/** The first pattern that is no pattern or, with those before it, too large. Stops there: the rest costs as much. */
export function firstUnfitPattern(
  patterns: Iterable<string>,
): { index: number; message: string } | undefined {
  let budget = PROGRAM_LIMIT;
  let index = 0;
  for (const pattern of patterns) {
    const measured = measurePattern(pattern, budget);
    if (!measured.ok) return { index, message: measured.message };
    budget -= measured.size;
    index += 1;
  }
  return undefined;
}

const kept = new Map<string, RE2JS>();
let keptSize = 0;

/** Whether the text contains a match. The pattern is a literal of a checked rule; compiled once while there is room. */
export function matchesPattern(text: string, pattern: string): boolean {
  const compiled = kept.get(pattern) ?? keep(pattern);
  return compiled.matcher(text).find();
}

function keep(pattern: string): RE2JS {
  const compiled = RE2JS.compile(pattern);
  const size = compiled.programSize();
  if (keptSize + size > KEPT_LIMIT) {
    kept.clear();
    keptSize = 0;
  }
  kept.set(pattern, compiled);
  keptSize += size;
  return compiled;
}
