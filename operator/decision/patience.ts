import type { RuleFreshness } from './facts.ts';

/** After a rule watch fell silent, an AutoApprove waits this much longer before a person is asked instead. */
const SILENCE_MS = 30_000;

/** How long a time-out waits for what the rules say, so that a rule that denies is named. */
const RULES_MS = 5_000;
/** Approvals in time wait longer: without the rules they cannot count, and a time-out would lose them. */
const RULES_FOR_APPROVALS_MS = 60_000;

/** Whether the rules have said what they say. */
export function rulesSpoke(
  freshness: RuleFreshness,
): freshness is Extract<RuleFreshness, { state: 'Fresh' | 'Silent' }> {
  return freshness.state === 'Fresh' || freshness.state === 'Silent';
}

/** Until when a time-out that is due at `closing` waits for the rules; undefined where they have spoken. */
export function rulesAwaitedUntil(
  freshness: RuleFreshness,
  closing: Date,
  hasApprovals: boolean,
): Date | undefined {
  if (rulesSpoke(freshness)) return undefined;
  const from = Math.max(closing.getTime(), freshness.since.getTime());
  return new Date(from + (hasApprovals ? RULES_FOR_APPROVALS_MS : RULES_MS));
}

/** When a person is asked instead of an approval by rules that may be out of date; undefined where they are not. */
export function silenceEnduredUntil(freshness: RuleFreshness): Date | undefined {
  return freshness.state === 'Silent' ? new Date(freshness.since.getTime() + SILENCE_MS) : undefined;
}
