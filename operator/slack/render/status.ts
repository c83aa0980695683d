import type { KnownBlock } from '@slack/types';
import type { Decision } from '../../../crds/types.ts';
import type { MessageView } from '../../messages/message.ts';
import { inQuotes } from '../../model/quoted.ts';
import { line, marked, note, section, words } from './blocks.ts';
import { BUDGET, SHOWN } from './limits.ts';
import { cut, date, plain, visible } from './text.ts';

/** Who asked, why, what is needed and given, or how it ended. */
export function status(view: MessageView): KnownBlock[] {
  const asked = note(
    `${agentName(view)} · ${view.action} · asked by ${view.requester} in ${view.checkpoint.namespace}`,
  );
  if (view.phase === 'Withdrawn')
    return [asked, line(marked('*Withdrawn* by its requester. Nobody has to decide any more.'))];
  if (view.decision !== undefined) return [asked, ...outcome(view.decision)];
  return [...why(view), asked, ...waiting(view), ...givenReviews(view)];
}

function agentName({ agent }: MessageView): string {
  return agent ? inQuotes(cut(visible(agent), BUDGET.agent).text) : 'An agent';
}

function why({ why: causes }: MessageView): KnownBlock[] {
  const shown = causes.slice(0, SHOWN.causes);
  return [
    ...shown.map((cause) => note(`Why you are asked: ${cut(visible(cause), 250).text}`)),
    ...more(causes.length - shown.length, 'causes', 'The full request has them all.').map(note),
  ];
}

function waiting({ needs, deadline }: MessageView): KnownBlock[] {
  const shown = needs.slice(0, SHOWN.needs);
  return [
    ...shown.map((need) => line(marked('*Needed:*'), words(need, 300))),
    ...more(needs.length - shown.length, 'requirements', 'The full request has them all.').map(note),
    line(marked(`*Until:* ${date(deadline)}`)),
  ];
}

function givenReviews({ reviews }: MessageView): KnownBlock[] {
  const shown = reviews.slice(0, SHOWN.reviews);
  const lines = shown.map(({ username, verdict, reason, time }) => {
    const who = `${verdict === 'Approve' ? 'Approved' : 'Denied'} by ${cut(visible(username), 100).text}`;
    const why = reason ? [plain(inQuotes(cut(visible(reason), 120).text))] : [];
    return line(plain(who), marked(date(time)), ...why);
  });
  return [...lines, ...more(reviews.length - shown.length, 'reviews').map(note)];
}

/** Nothing is left out silently. */
function more(left: number, what: string, where = ''): string[] {
  return left > 0 ? [`${left} more ${what} are not shown here. ${where}`.trimEnd()] : [];
}

const OUTCOMES: Record<Decision['outcome'], string> = {
  Approved: 'Approved',
  Denied: 'Denied',
  TimedOut: 'Timed out, so it does not run',
};

function outcome({ outcome: result, message, decisionTime, reason }: Decision): KnownBlock[] {
  const title = reason === 'Suggested' ? 'A suggestion only: it does not run' : OUTCOMES[result];
  return [
    line(marked(`*${title}* ${date(decisionTime)}`)),
    ...(message ? [section({ text: plain(cut(visible(message), BUDGET.reason).text) })] : []),
  ];
}
