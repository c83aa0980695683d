import { spelledOut } from './visible.ts';

/** Text in quotes as people may read it: nothing in it can break a line, hide, or turn the text around it. */
export function quoted(text: string): string {
  return spelledOut(JSON.stringify(text));
}

/** What can be taken for a double quotation mark, and what for one where it stands beside another. */
const DOUBLE =
  '"«»“”„‟❝❞❠〝〞〟＂〃\\u02BA\\u02DD\\u02EE\\u05F4\\u2033\\u2034\\u2036\\u2037\\u2057\\u{1F676}-\\u{1F678}';
const SINGLE = "'`´‘’‚‛‹›❛❜❟＇\\u02B9\\u02BC\\u2032\\u2035";
const CLOSING = new RegExp(`[${DOUBLE}${SINGLE}]{2,}|[${DOUBLE}]`, 'gu');

/** Somebody's words within a sentence of ours. No quotation mark inside can end them early. */
export function inQuotes(words: string): string {
  return `“${words.replaceAll(CLOSING, "'")}”`;
}
