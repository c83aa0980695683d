import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import type { MessageView } from '../../messages/message.ts';
import { inQuotes } from '../../model/quoted.ts';
import { note, section } from './blocks.ts';
import { contentHash } from './content-hash.ts';
import { BUDGET, LIMITS } from './limits.ts';
import { encode } from './reference.ts';
import { status } from './status.ts';
import { cut, escaped, plain, visible, visibleSentence } from './text.ts';

/** The event type of our messages' metadata; it carries ids only, because every member can read it. */
export const EVENT_TYPE = 'approvalgate_checkpoint';

export const ACTIONS = {
  approve: 'approvalgate_approve',
  deny: 'approvalgate_deny',
  full: 'approvalgate_full',
} as const;

export interface Rendered {
  /** For notifications and for clients without blocks. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly metadata: { readonly event_type: string; readonly event_payload: Record<string, string> };
  /** Of everything that is shown: equal hashes mean that there is nothing to update. */
  readonly hash: string;
  /** Whether everything the agent sent is shown. */
  readonly complete: boolean;
}

/** A message from a view. `compact` leaves the context out, for when Slack refuses the full message. */
export function render(view: MessageView, compact = false): Rendered {
  const rest = [...agentWords(view), ...status(view)];
  const body = compact
    ? { blocks: [], complete: false }
    : details(view, roomBeside([sentence(view), ...rest]));
  const content = [sentence(view), ...body.blocks, ...rest];
  const complete = body.complete && restFits(view);
  const blocks = view.phase === 'Asking' ? [...content, buttons(view, complete)] : content;
  const { namespace, name, uid } = view.checkpoint;
  return {
    text: fallback(view),
    blocks,
    metadata: { event_type: EVENT_TYPE, event_payload: { namespace, name, uid } },
    hash: contentHash(blocks),
    complete,
  };
}

/** The first line is what people decide on, so it stands alone. */
function sentence({ sentence: text }: MessageView): KnownBlock {
  const shown = visibleSentence(text);
  if (shown.length <= LIMITS.header) return { type: 'header', text: plain(shown) };
  return section({ text: plain(cut(shown, BUDGET.sentence).text) });
}

/** What the rest of the message leaves for the context, in characters. */
function roomBeside(rest: readonly KnownBlock[]): number {
  const { fieldsTotal, message } = BUDGET;
  return Math.min(fieldsTotal, message - JSON.stringify(rest).length);
}

/** The context as plain fields, as far as `room` goes. */
function details(view: MessageView, room: number): { blocks: KnownBlock[]; complete: boolean } {
  const shown = view.fields.slice(0, BUDGET.fields);
  const texts = shown.map(({ label, value }) => fieldText(label, value));
  const fitting = within(
    room,
    texts.map(({ text }) => text),
  );
  const complete = fitting.length === view.fields.length && texts.every(({ hidden }) => hidden === 0);
  const blocks: KnownBlock[] = [];
  for (let first = 0; first < fitting.length; first += LIMITS.fieldsPerSection) {
    const fields = fitting.slice(first, first + LIMITS.fieldsPerSection);
    blocks.push(section({ fields: fields.map((text) => plain(...text.split('\n'))) }));
  }
  const left = view.fields.length - fitting.length;
  if (left > 0) blocks.push(note(`${left} more facts are not shown here.`));
  return { blocks, complete };
}

/** Of a label no more is made visible than could be shown: one long key can be in those of a thousand facts. */
const LABEL = 100;

function fieldText(label: string, value: string) {
  const shownLabel = cut(visible(label.slice(0, LABEL)) + label.slice(LABEL), LABEL);
  const shownValue = cut(visible(value), BUDGET.fieldValue);
  return {
    text: `${shownLabel.text}\n${shownValue.text || '(empty)'}`,
    hidden: shownLabel.hidden + shownValue.hidden,
  };
}

function within(room: number, texts: readonly string[]): string[] {
  let used = 0;
  return texts.filter((text) => {
    used += text.length;
    return used <= room;
  });
}

function agentWords({ agentWords: words }: MessageView): KnownBlock[] {
  if (words === undefined) return [];
  return [
    note("The agent's own words, not checked by anybody:"),
    section({ text: plain(inQuotes(shortWords(words))) }),
  ];
}

function shortWords(words: string): string {
  return cut(visible(words), BUDGET.agentWords).text;
}

/** Whether nothing of what the agent words is cut, as it is shown: what is made visible grows. */
function restFits({ sentence, agent, agentWords: words = '' }: MessageView): boolean {
  return (
    visibleSentence(sentence).length <= BUDGET.sentence &&
    visible(agent).length <= BUDGET.agent &&
    visible(words).length <= BUDGET.agentWords
  );
}

/** Approve is offered only where nothing is hidden; otherwise the way leads through the full view. */
function buttons(view: MessageView, complete: boolean): ActionsBlock {
  const value = encode(view.checkpoint);
  const button = (action_id: string, label: string): Button => ({
    type: 'button',
    action_id,
    value,
    text: { type: 'plain_text', text: label },
  });
  const approve: Button = { ...button(ACTIONS.approve, 'Approve'), style: 'primary' };
  const full = button(ACTIONS.full, 'Show Full Request');
  const deny = button(ACTIONS.deny, 'Deny…');
  return {
    type: 'actions',
    block_id: 'approvalgate_actions',
    elements: complete ? [approve, deny, full] : [full, deny],
  };
}

function fallback({ phase, sentence: text, decision }: MessageView): string {
  const prefix = phase === 'Asking' ? 'Decision needed: ' : `${decision?.outcome ?? phase}: `;
  return cut(escaped(prefix + visibleSentence(text)), LIMITS.fallbackText).text;
}
