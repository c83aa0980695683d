import type { Decision } from '../../crds/types.ts';
import type { RecordOutcome } from '../reviews/record.ts';
import type { Found } from './press.ts';
import { date, escaped, escapedLines } from './text.ts';

/** Why a click does not even become a question to the API server. */
export type ClickRefusal =
  | { readonly outcome: 'NotOurs' }
  | { readonly outcome: 'Unreadable' }
  | { readonly outcome: 'Outdated'; readonly found?: Found }
  | { readonly outcome: 'NotMember'; readonly why: string }
  | { readonly outcome: 'LookupFailed' };

export type ClickOutcome = RecordOutcome | ClickRefusal;

/** Where the full request was opened for a click that does not count. */
export const SHOWN_INSTEAD =
  'Nothing was recorded yet: the message does not show all of the request, or was changed since. The full request is open now: approve there.';

/** What the person who clicked is told, marked up, for their eyes only. */
export function answerTo(outcome: ClickOutcome, verdict: 'Approve' | 'Deny'): string {
  return (ANSWERS[outcome.outcome] as (outcome: ClickOutcome, verdict: string) => string)(outcome, verdict);
}

type Of<O extends ClickOutcome['outcome']> = Extract<ClickOutcome, { outcome: O }>;

const ANSWERS: {
  readonly [O in ClickOutcome['outcome']]: (outcome: Of<O>, verdict: 'Approve' | 'Deny') => string;
} = {
  Recorded: (_, verdict) =>
    `Your ${verdict === 'Approve' ? 'approval' : 'denial'} is recorded. The message above shows what comes of it.`,
  AlreadyRecorded: () => 'You have said this already; it is recorded.',
  NotLinked: ({ manifest }) =>
    `Your Slack account is not linked to a Kubernetes user yet, so nothing was recorded. Ask an administrator to fill in the username and apply:\n\`\`\`\n${escapedLines(manifest)}\`\`\``,
  NotAllowed: ({ username, verb, role, namespace }) =>
    `Nothing was recorded: ${escaped(username)} lacks the verb \`${verb}\` on \`checkpoints.approvalgate.dev\` in namespace \`${escaped(namespace)}\`. An administrator can bind the ClusterRole \`${role}\` there.`,
  SelfReview: ({ username }) =>
    `Nothing was recorded: ${escaped(username)} asked for this, and nobody decides on their own request.`,
  AlreadyDecided: ({ decision }) =>
    `Nothing was recorded: this is already decided. ${decisionText(decision)}`,
  Expired: ({ deadline }) => `Nothing was recorded: the time to answer ended ${date(deadline)}.`,
  Gone: () => 'Nothing was recorded: this request was withdrawn, or another one bears its name now.',
  Failed: ({ message }) => `Nothing was recorded. ${escaped(message)}`,
  NotOurs: () => 'Nothing was recorded: this message does not belong to this installation of ApprovalGate.',
  Unreadable: () => 'Nothing was recorded: the button does not say what it is about.',
  Outdated: () =>
    'Nothing was recorded: the message does not show all of the request, or was changed since. Open *Show Full Request* and approve there, or review it by kubectl.',
  NotMember: ({ why }) => `Nothing was recorded: ${why}`,
  LookupFailed: () => 'Nothing was recorded: Slack did not say who you are. Try again in a moment.',
};

function decisionText({ outcome, decidedBy, decisionTime }: Decision): string {
  const how = { Approved: 'Approved', Denied: 'Denied', TimedOut: 'Timed out' }[outcome];
  return `${how} by ${escaped(decidedBy.name)} ${date(decisionTime)}.`;
}
