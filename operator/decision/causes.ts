import { SCHEMA } from '../../crds/limits.ts';
import type { CheckpointStatus, Evaluation } from '../../crds/types.ts';
import { CONDITION_TEXT } from '../model/conditions.ts';
import { effectOf } from '../model/effects.ts';
import { ruleName } from '../model/references.ts';
import { bounded } from '../model/text.ts';

const { maxItems: EVALUATIONS } = SCHEMA.Checkpoint.status.evaluations;

/** Why people are asked, a sentence a cause. Derived from what was recorded when they were, so that none is lost. */
export function whyAsked({ evaluations = [] }: CheckpointStatus): string[] {
  const acting = evaluations.filter(({ mode }) => mode === 'Enforce');
  const asking = acting.filter(asks).map(causeOf);
  if (asking.length >= EVALUATIONS) return [...asking, TOO_MANY];
  if (asking.length > 0) return asking;
  if (!acting.some(({ decision }) => effectOf(decision).ruling === 'Approve'))
    return ['No rule decides this.'];
  return [acting.length < EVALUATIONS ? OUT_OF_DATE : TOO_MANY];
}

const TOO_MANY = `As many rules matched as can be recorded, which are ${EVALUATIONS}: there may be more.`;
const OUT_OF_DATE =
  'A rule would approve this, but the API server does not confirm that the rules are unchanged.';

/** A rule that failed asks, whatever it would have decided: nobody knows whether it would have matched. */
function asks({ decision, result }: Evaluation): boolean {
  return effectOf(decision).ruling === 'Ask' || result === 'Error';
}

function causeOf({ ruleRef, result, message }: Evaluation): string {
  return result === 'Error'
    ? `Rule ${ruleName(ruleRef)} could not be evaluated: ${message ?? 'unknown error'}`
    : `Rule ${ruleName(ruleRef)} requires approval.`;
}

/** As many whole causes as a condition's message holds, at least some of the first, and how many are left out. */
export function causesInBrief(causes: readonly string[]): string {
  const room = CONDITION_TEXT - REST_LIMIT;
  const [first = '', ...others] = causes;
  let text = bounded(first, room);
  for (const [index, cause] of others.entries()) {
    if (text.length + cause.length >= room) {
      return `${text}\nAnd ${others.length - index} more: status.evaluations has them all.`;
    }
    text += `\n${cause}`;
  }
  return text;
}

/** Room for the line that counts the rest. */
const REST_LIMIT = 80;
