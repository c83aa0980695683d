import type { KnownBlock, ModalView } from '@slack/types';
import type { MessageView } from '../../messages/message.ts';
import { line, marked, section } from './blocks.ts';
import { BUDGET, LIMITS } from './limits.ts';
import { encode, type ModalReference } from './reference.ts';
import { cut, plain, visible, visibleLines, visibleSentence } from './text.ts';

export const MODALS = { deny: 'approvalgate_deny_reason', full: 'approvalgate_full_view' } as const;

const REASON_LIMIT = 1000;

/** Leaves room for what is around the blocks. */
const VIEW_BUDGET = LIMITS.viewJson - 5000;

const TOO_LONG =
  'Slack cannot show all of this request, so it cannot be approved here. Review it by kubectl.';

/** Where the typed reason is found in a submission. */
export const REASON = { block: 'approvalgate_reason', action: 'text' } as const;

/** Asks why, before a denial is recorded. */
export function denyModal(view: MessageView, reference: ModalReference): ModalView {
  return {
    type: 'modal',
    callback_id: MODALS.deny,
    private_metadata: encode(reference),
    title: { type: 'plain_text', text: 'Deny This Request' },
    submit: { type: 'plain_text', text: 'Deny' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section({ text: plain(cut(visibleSentence(view.sentence), BUDGET.sentence).text) }),
      {
        type: 'input',
        block_id: REASON.block,
        label: { type: 'plain_text', text: 'Reason' },
        hint: { type: 'plain_text', text: 'The agent is told this.' },
        element: {
          type: 'plain_text_input',
          action_id: REASON.action,
          multiline: true,
          max_length: REASON_LIMIT,
        },
      },
    ],
  };
}

/** So many sections fit even if every character doubles in JSON. */
const CUT_BLOCKS = 40;

/**
 * Everything the agent sent, nothing shortened. Its submit button approves, unless there is nothing left to decide or
 * Slack cannot show all of it.
 */
export function fullModal(view: MessageView, reference: ModalReference): ModalView {
  const blocks = fullBlocks(view);
  const whole = blocks.length <= LIMITS.blocksPerModal && JSON.stringify(blocks).length < VIEW_BUDGET;
  const open = view.phase === 'Asking' && whole;
  return {
    type: 'modal',
    callback_id: MODALS.full,
    private_metadata: encode(reference),
    title: { type: 'plain_text', text: 'Full Request' },
    ...(open ? { submit: { type: 'plain_text', text: 'Approve' } } : {}),
    close: { type: 'plain_text', text: open ? 'Back' : 'Close' },
    blocks: whole ? blocks : [label(TOO_LONG), ...blocks.slice(0, CUT_BLOCKS)],
  };
}

function fullBlocks(view: MessageView): KnownBlock[] {
  const words = view.agentWords ? [label("The agent's own words"), ...texts(visible(view.agentWords))] : [];
  return [
    ...texts(visibleSentence(view.sentence)),
    label('Action'),
    ...texts(visible(view.action)),
    label('Agent, as it calls itself'),
    ...texts(visible(view.agent)),
    label('Requester'),
    ...texts(visible(view.requester)),
    ...words,
    label('Context, as the agent gives it'),
    ...texts(visibleLines(view.contextJson)),
    ...listed('Why you are asked', view.why),
    ...listed('Needed', view.needs),
  ];
}

/** Each on a line of its own, and as long as any cause is: the channel's message shows the first few, and shorter. */
function listed(title: string, lines: readonly string[]): KnownBlock[] {
  if (lines.length === 0) return [];
  return [label(title), ...texts(lines.map((line) => cut(visible(line), BUDGET.listed).text).join('\n'))];
}

function label(text: string): KnownBlock {
  return line(marked(`*${text}*`));
}

/** In sections of what one takes, no pair of surrogates torn apart. */
function texts(shown: string): KnownBlock[] {
  const parts = shown.match(new RegExp(`[^]{1,${LIMITS.sectionText}}(?![\\uDC00-\\uDFFF])`, 'g')) ?? [' '];
  return parts.map((part) => section({ text: { type: 'plain_text', text: part, emoji: false } }));
}
