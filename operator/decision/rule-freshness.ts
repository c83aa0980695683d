import type { RuleFreshness } from './facts.ts';

/** While the API server answers and does not confirm the rules, what waits for that waits this long for it. */
const PROOF_MS = 30_000;
/** What is waited for is said in status when it takes longer than this: most proofs take milliseconds. */
const PROOF_TOLD_MS = 5_000;

/** How long a time-out waits for what the rules say, so that a rule that denies is named. */
const RULES_MS = 5_000;
/** Approvals in time wait longer: without the rules they cannot count, and a time-out would lose them. */
const RULES_FOR_APPROVALS_MS = 60_000;

/** Whether the rules have said what they say. */
export function areRulesListed(
  freshness: RuleFreshness,
): freshness is Exclude<RuleFreshness, { state: 'Unlisted' }> {
  return freshness.state !== 'Unlisted';
}

/** Until when a time-out that is due at `closing` waits for the rules; undefined where they have spoken. */
export function rulesAwaitedUntil(
  freshness: RuleFreshness,
  closing: Date,
  hasApprovals: boolean,
): Date | undefined {
  if (areRulesListed(freshness)) return undefined;
  const from = Math.max(closing.getTime(), freshness.since.getTime());
  return new Date(from + (hasApprovals ? RULES_FOR_APPROVALS_MS : RULES_MS));
}

/** How the proof of the rules stands: `Due`: to be asked for; `Late`: and that is to be said; `Missed`: not waited for any more. */
export function proofState(freshness: RuleFreshness, now: Date): 'Proved' | 'Due' | 'Late' | 'Missed' {
  if (freshness.state !== 'Unproved') return 'Proved';
  const failingMs = now.getTime() - (freshness.failingSince ?? now).getTime();
  if (failingMs >= PROOF_MS) return 'Missed';
  return failingMs >= PROOF_TOLD_MS ? 'Late' : 'Due';
}
