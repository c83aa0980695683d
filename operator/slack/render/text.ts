import type { PlainTextElement } from '@slack/types';
import { startOf } from '../../model/text.ts';
import { codeOf, spelledOut } from '../../model/visible.ts';

const LINE_BREAK = /[\n\v\f\r\u0085\u2028\u2029]/;

/**
 * Shows what would otherwise be unseen, reorder the text or look like another line: U+202E becomes `\u{202E}`, and a line
 * break `⏎`. What is visible already stays as it is.
 */
export function visible(text: string): string {
  return spelledOut(text, (character) => {
    if (LINE_BREAK.test(character)) return '⏎';
    if (character === ' ') return '␣';
    return character === '\t' ? '⇥' : codeOf(character);
  });
}

/** A rule's sentence, where a no-break space is no trick: `formatMoney` writes one between CHF and its amount. */
export function visibleSentence(text: string): string {
  return visible(text.replaceAll('\u00A0', ' '));
}

/** For text whose lines and indents we made ourselves: only within a line is everything made visible. */
export function visibleLines(text: string): string {
  return text.replaceAll(/( *)([^\n]*)/g, (_, indent: string, line: string) => indent + visible(line));
}

/** Cut text and how much of it is missing. */
interface Cut {
  readonly text: string;
  readonly hidden: number;
}

/** At most `limit` characters, with a note on how many are not shown. */
export function cut(text: string, limit: number): Cut {
  if (text.length <= limit) return { text, hidden: 0 };
  const kept = startOf(text, limit - 40);
  const hidden = text.length - kept.length;
  return { text: `${kept}… (${hidden} characters more)`, hidden };
}

/** Lines that Slack shows as they are: nothing in them becomes a mention, a link, a date or an emoji. */
export function plain(...lines: readonly string[]): PlainTextElement {
  return { type: 'plain_text', text: lines.map(visible).join('\n') || ' ', emoji: false };
}

/** For the few places that are marked up: with these three escaped no token of Slack's can form. */
export function escaped(text: string): string {
  return markedUp(visible(text));
}

/** The same for text whose lines we made ourselves. */
export function escapedLines(text: string): string {
  return markedUp(visibleLines(text));
}

function markedUp(shown: string): string {
  return shown
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`]/g, '\u200B$&');
}

/** An instant in the reader's own zone. */
export function date(rfc3339: string): string {
  const seconds = Math.floor(Date.parse(rfc3339) / 1000);
  return `<!date^${seconds}^{date_short_pretty} at {time}|${rfc3339}>`;
}
