import type { Meter } from '../cost.ts';
import { patternOf } from '../pattern.ts';
import type { Library } from '../signatures.ts';

function find(meter: Meter, text: string, source: string): string {
  const pattern = patternOf(source);
  meter.spend(pattern.costOn(text));
  const matcher = pattern.matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

/** All matches that do not overlap, or the first few of them; a match of nothing right behind another is none. */
function findAll(meter: Meter, text: string, source: string, limit = -1n): string[] {
  const pattern = patternOf(source);
  const matcher = pattern.matcher(text);
  const found: string[] = [];
  let end = -1;
  while (limit < 0n || found.length < Number(limit)) {
    meter.spend(pattern.costOn(text.slice(Math.max(0, end))));
    if (!matcher.find()) break;
    const empty = matcher.start() === matcher.end();
    if (!empty || matcher.start() !== end) found.push(matcher.group() ?? '');
    end = matcher.end();
  }
  return found;
}

/** Patterns of RE2 that give what they match. They stand in the rule, checked and compiled with it. */
export const REGEX: Library = {
  'string.find(string): string': find,
  'string.findAll(string): list<string>': findAll,
  'string.findAll(string, int): list<string>': findAll,
};
