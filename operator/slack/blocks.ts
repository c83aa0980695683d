import type { ContextBlock, SectionBlock } from '@slack/types';
import { LIMITS } from './limits.ts';
import { cut, plain, visible } from './text.ts';

/** Unfolded: else Slack may put the end of a long text behind “See more”, and the buttons stand below it all the same. */
export function section(content: Pick<SectionBlock, 'text' | 'fields'>): SectionBlock {
  return { type: 'section', ...content, expand: true };
}

export function note(text: string): ContextBlock {
  return { type: 'context', elements: [plain(cut(visible(text), LIMITS.contextText).text)] };
}

/** Only for our own words, dates, and what went through `escaped`. Verbatim: a bare address or @name stays text. */
export function marked(text: string): ContextBlock {
  const element = { type: 'mrkdwn', text: cut(text, LIMITS.contextText).text, verbatim: true } as const;
  return { type: 'context', elements: [element] };
}
