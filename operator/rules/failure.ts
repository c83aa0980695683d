import { FunctionError } from './functions.ts';
import { inPublicNames } from './replacements.ts';

/** The engine's codes whose texts are made of types and of the rule's own words. */
const WORDS_OF_THE_RULE = new Set([
  'unknown_variable',
  'no_such_overload',
  'no_matching_overload',
  'invalid_logical_operand',
  'invalid_condition_type',
  'division_by_zero',
]);

const NO_SUCH_KEY = 'No such key: ';

/**
 * Why an evaluation failed, for people. Never quotes what the agent sent, as the engine does for a duration that it
 * cannot read: the text ends up in the status and in Slack.
 */
export function failureText(error: unknown, source: string): string {
  if (error instanceof FunctionError) return error.message;
  const { code, summary } = error as { code?: unknown; summary?: unknown };
  if (typeof code !== 'string' || typeof summary !== 'string') return 'could not be evaluated';
  const known = WORDS_OF_THE_RULE.has(code) || namesKeyOf(source, summary);
  return known ? inPublicNames(summary) : code.replaceAll('_', ' ');
}

/** A key may come from the context: `tiers[customer]`. */
function namesKeyOf(source: string, summary: string): boolean {
  return summary.startsWith(NO_SUCH_KEY) && source.includes(summary.slice(NO_SUCH_KEY.length));
}
