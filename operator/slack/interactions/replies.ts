import type { KnownBlock } from '@slack/types';
import type { ClickResult } from '../../messages/click.ts';
import { line, marked, section, words } from '../render/blocks.ts';
import { LIMITS } from '../render/limits.ts';
import { date, escaped, escapedLines, plain, visibleLines } from '../render/text.ts';
import type { InteractionSubject } from './interaction.ts';

/** Why a click does not even become a question to the API server. */
export type ClickRefusal =
  | { readonly outcome: 'NotOurs' }
  | { readonly outcome: 'Unreadable' }
  | { readonly outcome: 'Outdated'; readonly found?: InteractionSubject }
  | { readonly outcome: 'NotMember'; readonly why: string }
  | { readonly outcome: 'LookupFailed' };

export type ClickOutcome = ClickResult | ClickRefusal;

/** What a person is told. Anybody's words in it stand in plain text, as in messages. */
export interface Reply {
  /** For notifications, marked up. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Where the full request was opened for a click that does not count. */
export const SHOWN_INSTEAD: Reply = replyOf([
  said(
    'Nothing was recorded yet: the message does not show all of the request, or was changed since. The full request is open now: approve there.',
  ),
]);

export const MODAL_FAILED: Reply = replyOf([said('Slack did not open the window in time. Click once more.')]);

/** What the person who clicked is told, for their eyes only. */
export function replyTo(outcome: ClickOutcome, verdict: 'Approve' | 'Deny'): Reply {
  const toThis = ANSWERS[outcome.outcome] as (outcome: ClickOutcome, verdict: string) => Part[];
  return replyOf(toThis(outcome, verdict));
}

type Of<O extends ClickOutcome['outcome']> = Extract<ClickOutcome, { outcome: O }>;

const ANSWERS: {
  readonly [O in ClickOutcome['outcome']]: (outcome: Of<O>, verdict: 'Approve' | 'Deny') => Part[];
} = {
  Recorded: (_, verdict) => [
    said(
      `Your ${verdict === 'Approve' ? 'approval' : 'denial'} is recorded. The message above shows what comes of it.`,
    ),
  ],
  AlreadyRecorded: () => [said('You have said this already; it is recorded.')],
  NotLinked: ({ manifest }) => [
    said(
      'Your Slack account is not linked to a Kubernetes user yet, so nothing was recorded. Ask an administrator to fill in the username and apply:',
    ),
    preformatted(manifest),
  ],
  NotAllowed: ({ username, verb, role, namespace }) => [
    said(
      `Nothing was recorded: ${username} lacks the verb ${verb} on checkpoints.approvalgate.dev in namespace ${namespace}. An administrator can bind the ClusterRole ${role} there.`,
    ),
  ],
  SelfReview: ({ username }) => [
    said(`Nothing was recorded: ${username} asked for this, and nobody decides on their own request.`),
  ],
  AlreadyDecided: ({ decision: { outcome, decidedBy, decisionTime } }) => [
    said('Nothing was recorded: this is already decided.'),
    dated(`${DECIDED[outcome]} by ${decidedBy.name}`, decisionTime),
  ],
  Expired: ({ deadline }) => [
    said('Nothing was recorded: the time to answer is over.'),
    dated('It ended', deadline),
  ],
  Gone: () => [said('Nothing was recorded: this request was withdrawn, or another one bears its name now.')],
  Failed: ({ message }) => [said(`Nothing was recorded. ${message}`)],
  NotOurs: () => [
    said('Nothing was recorded: this message does not belong to this installation of ApprovalGate.'),
  ],
  Unreadable: () => [said('Nothing was recorded: the button does not say what it is about.')],
  Outdated: () => [
    said(
      'Nothing was recorded: the message does not show all of the request, or was changed since. Open “Show Full Request” and approve there, or review it by kubectl.',
    ),
  ],
  NotMember: ({ why }) => [said(`Nothing was recorded: ${why}`)],
  LookupFailed: () => [said('Nothing was recorded: Slack did not say who you are. Try again in a moment.')],
};

const DECIDED = { Approved: 'Approved', Denied: 'Denied', TimedOut: 'Timed out' } as const;

interface Part {
  readonly text: string;
  readonly block: KnownBlock;
}

function replyOf(parts: readonly Part[]): Reply {
  return { text: parts.map(({ text }) => text).join('\n'), blocks: parts.map(({ block }) => block) };
}

function said(text: string): Part {
  return { text: escaped(text), block: section({ text: words(text, LIMITS.sectionText) }) };
}

function dated(text: string, rfc3339: string): Part {
  const when = date(rfc3339);
  return { text: `${escaped(text)} ${when}`, block: line(plain(text), marked(when)) };
}

/** To be copied as it is. */
function preformatted(text: string): Part {
  const elements = [{ type: 'text' as const, text: visibleLines(text) }];
  return {
    text: `\`\`\`\n${escapedLines(text)}\`\`\``,
    block: { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements }] },
  };
}
