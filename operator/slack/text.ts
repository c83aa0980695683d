import type { PlainTextElement } from '@slack/types';

/** Control and formatting characters that could hide or reorder what a person reads; line breaks and tabs are fine. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** Shows what would otherwise be invisible: U+202E becomes `\u{202E}`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16).toUpperCase()}}`;
  });
}

/** Cut text and how much of it is missing. */
export interface Cut {
  readonly text: string;
  readonly hidden: number;
}

/** At most `limit` characters, with a note on how many are not shown. */
export function cut(text: string, limit: number): Cut {
  if (text.length <= limit) return { text, hidden: 0 };
  const kept = text.slice(0, limit - 40).replace(/[\uD800-\uDBFF]$/u, '');
  const hidden = text.length - kept.length;
  return { text: `${kept}… (${hidden} characters more)`, hidden };
}

/** Text that Slack shows as it is: nothing in it becomes a mention, a link, a date or an emoji. */
export function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text: visible(text) || ' ', emoji: false };
}

/** For the few places that are marked up: with these three escaped no token of Slack's can form. */
export function escaped(text: string): string {
  return visible(text)
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
