import type { ContextBlock, MrkdwnElement, PlainTextElement, SectionBlock } from '@slack/types';
import { LIMITS } from './limits.ts';
import { cut, plain, visible } from './text.ts';

/** Unfolded: else Slack may put the end of a long text behind “See more”, and the buttons stand below it all the same. */
export function section(content: Pick<SectionBlock, 'text' | 'fields'>): SectionBlock {
  return { type: 'section', ...content, expand: true };
}

/** A small line whose parts stand side by side. */
export function line(...elements: (PlainTextElement | MrkdwnElement)[]): ContextBlock {
  return { type: 'context', elements };
}

export function note(text: string): ContextBlock {
  return line(words(text, LIMITS.contextText));
}

/** At most `limit` characters of anybody's words, as they are. */
export function words(text: string, limit: number): PlainTextElement {
  return plain(cut(visible(text), limit).text);
}

/**
 * For our own fixed words and for dates, and nothing else: in marked-up text Slack turns emoji into codes and addresses
 * into links, so that it no longer reads as it was written.
 */
export function marked(markup: string): MrkdwnElement {
  return { type: 'mrkdwn', text: markup, verbatim: true };
}
