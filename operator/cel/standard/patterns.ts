import type { Meter } from '../cost.ts';
import { patternOf } from '../pattern.ts';
import type { Library } from '../signatures.ts';

function matches(meter: Meter, text: string, source: string): boolean {
  const pattern = patternOf(source);
  meter.spend(pattern.costOn(text));
  return pattern.matches(text);
}

/** Patterns of RE2, which match anywhere in a text. They stand in the rule, checked and compiled with it. */
export const PATTERNS: Library = {
  'string.matches(string): bool': matches,
  'matches(string, string): bool': matches,
};
